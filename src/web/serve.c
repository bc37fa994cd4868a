// The one door to libmicrohttpd. A pool of threads, each with its own epoll; a request is whole in
// memory before anything looks at it. What may not be read in two ways is refused here, before any
// route: libmicrohttpd 0.9.75 takes a body by chunks although a length is given, takes the last of
// two lengths, and takes codings it does not know, and a proxy in front may read each otherwise, so
// that a second request hides in the body of the first (RFC 9112 §6.3, §11.2).
//
// Slow clients: a connection without any byte for IDLE_SECONDS ends (libmicrohttpd); one that has
// not ended its request and taken its answer within WHOLE_SECONDS, however it trickles, is shut
// here.
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "web/site.h"

enum {
    IDLE_SECONDS = 15,
    WHOLE_SECONDS = 60,
    CONNECTIONS = 512,
    CONNECTIONS_A_CLIENT = 64,
    HEAD_BYTES = 32 * 1024,
    URI_BYTES = 4096,
    PART_BYTES = 64 * 1024,
    BODY_BYTES = 64 << 20,  // no route takes more
};

typedef struct {
    int fd;  // -1: free
    time_t since;
} line;

struct web_server {
    const web_options *options;
    web_site *site;
    web_printer *printer;
    struct MHD_Daemon *daemon;
    int listening;
    uint16_t port;
    pthread_t reaper;
    bool has_reaper, is_ending;
    pthread_mutex_t lock;
    pthread_cond_t ends;
    line lines[CONNECTIONS + 64];
};

typedef struct {
    char *uri;
    bool has_begun, is_too_long, is_head_only, is_old;
    web_method method;
    const web_route *route;
    uint32_t most;
    hb_text body;
    web_server *server;
    struct MHD_Connection *connection;
    web_worker *worker;  // held until the answer has been handed over whole
    web_request *request;
    hb_text part;  // the answer; of one that goes on, what leaves now
    size_t n_sent;
    bool is_undone;  // it waited aside, and the server ends
    web_long aside;
    web_print print;
} exchange;

// ---- answers -----------------------------------------------------------------------------------

// The pages load nothing from elsewhere, run no inline script, and stand in no other site's frame.
static const struct {
    const char *name, *value;
} HEADERS[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src "
     "'self'; "
     "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"     },
    {"X-Content-Type-Options",       "nosniff"                                             },
    {"Referrer-Policy",              "no-referrer"                                         },
    {"X-Frame-Options",              "DENY"                                                },
    {"Cross-Origin-Opener-Policy",   "same-origin"                                         },
    {"Cross-Origin-Resource-Policy", "same-origin"                                         },
    {"Permissions-Policy",           "camera=(), geolocation=(), microphone=(), payment=()"},
};

static void add_headers(struct MHD_Response *response) {
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++) {
        MHD_add_response_header(response, HEADERS[i].name, HEADERS[i].value);
    }
}

static void add_header(struct MHD_Response *response, const char *name, hb_str value) {
    char text[2048];
    if (value.n == 0 || value.n >= sizeof text) return;
    for (size_t i = 0; i < value.n; i++) {
        if ((unsigned char)value.at[i] < ' ' || value.at[i] == 0x7f) return;
    }
    snprintf(text, sizeof text, "%.*s", (int)value.n, value.at);
    MHD_add_response_header(response, name, text);
}

// A request that is not to be read further: the connection ends with its answer.
static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status, const char *why) {
    char text[200];
    int n = snprintf(text, sizeof text,
                     "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,"
                     "\"code\":\"BAD_REQUEST\"}\n",
                     why, status);
    struct MHD_Response *response =
        MHD_create_response_from_buffer((size_t)n, text, MHD_RESPMEM_MUST_COPY);
    if (!response) return MHD_NO;
    add_headers(response);
    MHD_add_response_header(response, "Content-Type", "application/problem+json");
    MHD_add_response_header(response, "Connection", "close");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_asset(struct MHD_Connection *connection, const web_asset *asset) {
    const char *known = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-None-Match");
    bool is_known = known && strcmp(known, asset->etag) == 0;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        is_known ? 0 : asset->bytes.n, asset->bytes.at, MHD_RESPMEM_PERSISTENT);
    if (!response) return MHD_NO;
    add_headers(response);
    MHD_add_response_header(response, "Content-Type", asset->type);
    MHD_add_response_header(response, "ETag", asset->etag);
    MHD_add_response_header(response, "Cache-Control", "public, max-age=31536000, immutable");
    enum MHD_Result result = MHD_queue_response(connection, is_known ? 304 : 200, response);
    MHD_destroy_response(response);
    return result;
}

// Takes the response.
static enum MHD_Result send_response(struct MHD_Connection *connection, const web_request *r,
                                     struct MHD_Response *response) {
    if (!response) return MHD_NO;
    add_headers(response);
    add_header(response, "Content-Type", r->content_type);
    add_header(response, "Location", r->location);
    add_header(response, "Set-Cookie", r->cookie);
    add_header(response, "ETag", r->etag);
    MHD_add_response_header(response, "Cache-Control",
                            r->etag.n ? "private, no-cache" : "no-store");
    MHD_add_response_header(response, "Content-Language", r->language == WORDS_ES ? "es" : "en");
    if (r->status == 401) MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    if (r->retry_after) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%u", r->retry_after);
        MHD_add_response_header(response, "Retry-After", seconds);
    }
    if (r->file_name.n) {
        char text[256];
        snprintf(text, sizeof text, "attachment; filename=\"%.*s\"", (int)r->file_name.n,
                 r->file_name.at);
        MHD_add_response_header(response, "Content-Disposition", text);
    } else if (r->is_api) {  // data that a browser is led to is saved, never shown as a page
        MHD_add_response_header(response, "Content-Disposition",
                                "attachment; filename=\"api.json\"");
    }
    enum MHD_Result result = MHD_queue_response(connection, r->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, web_request *r,
                                   hb_text *body) {
    hb_str etag = r->etag;
    const char *known = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-None-Match");
    if (etag.n && known && r->status == 200 && hb_str_equal(hb_str_from(known), etag)) {
        r->status = 304;
        body->n = 0;
    }
    struct MHD_Response *response =
        body->n ? MHD_create_response_from_buffer(body->n, body->at, MHD_RESPMEM_MUST_FREE)
                : MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    if (response && body->n) *body = (hb_text){0};  // the response frees it
    return send_response(connection, r, response);
}

// ---- pages kept --------------------------------------------------------------------------------

static void drop_answer(void *answer) {
    MHD_destroy_response(answer);
}

// A kept page is a page without cookie, redirect or name of a file, so its headers are these.
static struct MHD_Response *keep_bytes(hb_str bytes, words_language language, bool is_packed) {
    struct MHD_Response *answer = MHD_create_response_from_buffer(
        bytes.n, (void *)(uintptr_t)bytes.at, MHD_RESPMEM_MUST_FREE);
    if (!answer) return NULL;
    add_headers(answer);
    MHD_add_response_header(answer, "Content-Type", "text/html; charset=utf-8");
    MHD_add_response_header(answer, "Cache-Control", "no-store");
    MHD_add_response_header(answer, "Content-Language", language == WORDS_ES ? "es" : "en");
    MHD_add_response_header(answer, "Vary", "Accept-Encoding, Cookie");
    if (is_packed) MHD_add_response_header(answer, "Content-Encoding", "gzip");
    return answer;
}

static struct MHD_Response *pack(hb_str page, words_language language, size_t *n) {
    z_stream z = {0};
    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    size_t most = deflateBound(&z, (uLong)page.n);
    Bytef *out = malloc(most);
    z.next_in = (Bytef *)(uintptr_t)page.at;
    z.avail_in = (uInt)page.n;
    z.next_out = out;
    z.avail_out = (uInt)most;
    bool ok = out && deflate(&z, Z_FINISH) == Z_STREAM_END;
    *n = z.total_out;
    deflateEnd(&z);
    struct MHD_Response *answer = ok ? keep_bytes((hb_str){(char *)out, *n}, language, true) : NULL;
    if (!answer) free(out);
    return answer;
}

// Takes the body of a page that may be kept; false: it is not, and the body is still the caller's.
static bool keep_page(const web_request *r, hb_text *body) {
    size_t n_packed = 0;
    struct MHD_Response *packed = pack((hb_str){body->at, body->n}, r->language, &n_packed);
    struct MHD_Response *plain =
        packed ? keep_bytes((hb_str){body->at, body->n}, r->language, false) : NULL;
    if (!plain) {
        if (packed) MHD_destroy_response(packed);
        return false;
    }
    size_t n = body->n + n_packed;
    *body = (hb_text){0};
    web_kept_put(r->site->kept, r->kept_key, plain, packed, n);
    return true;
}

typedef struct {
    struct MHD_Connection *connection;
    enum MHD_Result result;
} sending;

static void send_kept(void *to, void *answer) {
    sending *s = to;
    s->result = MHD_queue_response(s->connection, MHD_HTTP_OK, answer);
}

static bool wants_packed(struct MHD_Connection *connection) {
    const char *wanted =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept-Encoding");
    return wanted && strstr(wanted, "gzip") && !strstr(wanted, "gzip;q=0");
}

// ---- what may not be read in two ways ----------------------------------------------------------

typedef struct {
    uint32_t n_lengths, n_codings, n_hosts;
    bool is_strange;  // a coding other than chunked, or a length that is no number
} framing;

static enum MHD_Result look(void *to, enum MHD_ValueKind kind, const char *name,
                            const char *value) {
    framing *f = to;
    (void)kind;
    if (strcasecmp(name, "Content-Length") == 0) {
        f->n_lengths++;
        if (!value || !value[0] || value[strspn(value, "0123456789")]) f->is_strange = true;
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        f->n_codings++;
        if (!value || strcasecmp(value, "chunked") != 0) f->is_strange = true;
    } else if (strcasecmp(name, "Host") == 0) {
        f->n_hosts++;
    }
    for (const char *c = name; *c; c++) {  // RFC 9112 §5.1: no space before the colon
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f) f->is_strange = true;
    }
    return MHD_YES;
}

static const char *ambiguity(struct MHD_Connection *connection, const char *version) {
    framing f = {0};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, look, &f);
    if (f.n_lengths && f.n_codings) return "both Content-Length and Transfer-Encoding";
    if (f.n_lengths > 1) return "more than one Content-Length";
    if (f.n_codings > 1) return "more than one Transfer-Encoding";
    if (f.is_strange) return "a header that cannot be read in one way";
    if (f.n_codings && strcmp(version, "HTTP/1.1") != 0) return "Transfer-Encoding before HTTP/1.1";
    if (f.n_hosts > 1) return "more than one Host";
    return NULL;
}

// ---- one request -------------------------------------------------------------------------------

static void *begin(void *to, const char *uri, struct MHD_Connection *connection) {
    exchange *x = calloc(1, sizeof *x);
    if (!x) return NULL;
    x->server = to;
    x->connection = connection;
    x->is_too_long = strlen(uri) > URI_BYTES;
    x->uri = x->is_too_long ? NULL : strdup(uri);
    return x;
}

static hb_str path_of(const exchange *x) {
    return (hb_str){x->uri, strcspn(x->uri, "?")};
}

static enum MHD_Result begin_body(struct MHD_Connection *connection, exchange *x,
                                  const char *method, const char *version) {
    const char *why = ambiguity(connection, version);
    if (why) return refuse(connection, 400, why);
    if (!x->uri) return refuse(connection, 414, "the address is too long");
    bool is_read = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    if (!is_read && strcmp(method, "POST") != 0)
        return refuse(connection, 405, "GET and POST only");
    x->method = is_read ? WEB_GET : WEB_POST;
    x->is_head_only = strcmp(method, "HEAD") == 0;
    x->is_old = strcmp(version, "HTTP/1.1") != 0;
    hb_str path = path_of(x), parts[WEB_PARTS];
    words_language ignored;
    uint32_t n = 0;
    bool other = false;
    if (path.n > 3 && path.at[3] == '/' &&
        words_language_find((hb_str){path.at + 1, 2}, &ignored)) {
        path = (hb_str){path.at + 3, path.n - 3};
    }
    x->route = web_route_find(x->method, path, parts, &n, &other);
    x->most = x->route ? x->route->max_body : 0;
    const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");
    unsigned long long wanted = length ? strtoull(length, NULL, 10) : 0;
    if (wanted > x->most)
        return refuse(connection, 413, "the body is longer than this address takes");
    return MHD_YES;
}

static hb_str header_of(const void *connection, const char *name) {
    // libmicrohttpd takes the connection as changeable although it only reads.
    const char *value = MHD_lookup_connection_value((struct MHD_Connection *)(uintptr_t)connection,
                                                    MHD_HEADER_KIND, name);
    return value ? hb_str_from(value) : HB_STR("");
}

static void read_client(const web_server *server, struct MHD_Connection *connection,
                        char from[46]) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    snprintf(from, 46, "unknown");
    if (!info) return;
    const struct sockaddr *address = info->client_addr;
    if (address->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, from,
                  46);
    } else if (address->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, from,
                  46);
    }
    const char *real = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Real-IP");
    unsigned char bytes[16];
    bool is_proxy = server->options->is_behind_proxy &&
                    (strcmp(from, "127.0.0.1") == 0 || strcmp(from, "::1") == 0);
    bool is_address =
        real && strlen(real) < 46 &&
        (inet_pton(AF_INET, real, bytes) == 1 || inet_pton(AF_INET6, real, bytes) == 1);
    if (is_proxy && is_address) snprintf(from, 46, "%s", real);
}

// ---- papers ------------------------------------------------------------------------------------

static void paper_is_done(void *to) {
    MHD_resume_connection(to);
}

// From now on the client does not dawdle: we do.
static void give_time(const exchange *x, time_t seconds) {
    web_server *server = x->server;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    if (!info || !info->socket_context) return;
    pthread_mutex_lock(&server->lock);
    ((line *)info->socket_context)->since = time(NULL) + seconds;
    pthread_mutex_unlock(&server->lock);
}

// The connection sleeps, so no thread waits for weasyprint; `handle` is called again once it is
// done.
static enum MHD_Result wait_for_paper(exchange *x) {
    x->print = (web_print){.page = x->part,
                           .n_pages = x->request->n_paper_pages,
                           .done = paper_is_done,
                           .to = x->connection};
    x->part = (hb_text){0};
    give_time(x, WEB_PAPER_SECONDS + WEB_PAPER_WAIT_SECONDS);
    MHD_suspend_connection(x->connection);
    web_printer_take(x->server->printer, &x->print);
    return MHD_YES;
}

static void give_back(exchange *x) {
    hb_text_clear(&x->part);
    hb_text_clear(&x->print.page);
    hb_text_clear(&x->print.pdf);
    if (x->worker) web_worker_give(x->server->site, x->worker);
    x->worker = NULL;
    x->request = NULL;
}

static enum MHD_Result send_paper(exchange *x) {
    web_site *site = x->server->site;
    web_request *r = x->request;
    if (x->print.is_made) {
        r->content_type = HB_STR("application/pdf");
    } else {
        hb_text_clear(&x->print.pdf);
        web_answer_failed(r, &x->print.err, &x->print.pdf);
        if (site->log && x->print.err.kind == HB_SYSTEM) {
            char shown[2048];
            size_t n = hb_error_print(&x->print.err, shown, sizeof shown);
            site->log(site->log_to, (hb_str){shown, n});
        }
    }
    enum MHD_Result result = send_answer(x->connection, r, &x->print.pdf);
    give_back(x);
    return result;
}

// ---- long answers ------------------------------------------------------------------------------

// The next part is made when the one before has left, so that others are served in between; each
// that the client takes gives it time for another.
static ssize_t read_part(void *to, uint64_t at, char *out, size_t most) {
    exchange *x = to;
    (void)at;
    if (x->n_sent == x->part.n) {
        x->n_sent = 0;
        if (!web_answer_more(x->request, &x->part)) return MHD_CONTENT_READER_END_WITH_ERROR;
        if (x->part.n == 0) return MHD_CONTENT_READER_END_OF_STREAM;
        give_time(x, 0);
    }
    size_t n = x->part.n - x->n_sent < most ? x->part.n - x->n_sent : most;
    memcpy(out, x->part.at + x->n_sent, n);
    x->n_sent += n;
    return (ssize_t)n;
}

// Without a length: HTTP/1.1 says by its chunks where it ends. Before that a client could not tell
// a copy that was cut from a whole one, so that it gets none.
static enum MHD_Result send_parts(exchange *x) {
    if (x->is_old) return refuse(x->connection, 505, "a copy goes out by HTTP/1.1");
    return send_response(
        x->connection, x->request,
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PART_BYTES, read_part, x, NULL));
}

// ---- the answer --------------------------------------------------------------------------------

// What `handle` answers once r->status and x->part are there.
static enum MHD_Result finish(exchange *x) {
    web_request *r = x->request;
    if (x->is_undone)
        return refuse(x->connection, 503, "the server has too much to do: ask again in a minute");
    if (r->is_paper && r->status == 200 && !r->is_head_only) return wait_for_paper(x);
    if (r->more && r->status == 200) return send_parts(x);
    bool may_be_kept = r->may_be_kept && r->status == 200 && r->cookie.n == 0;
    if (may_be_kept && !r->is_kept && x->part.n <= WEB_KEPT_BYTES)
        r->is_kept = keep_page(r, &x->part);
    sending s = {x->connection, MHD_NO};
    bool is_sent =
        may_be_kept && r->is_kept &&
        web_kept_use(r->site->kept, r->kept_key, wants_packed(x->connection), send_kept, &s);
    enum MHD_Result result = is_sent ? s.result : send_answer(x->connection, r, &x->part);
    give_back(x);
    return result;
}

static void work_aside(void *to) {
    exchange *x = to;
    web_answer(x->request, &x->part);
}

static void aside_is_done(void *to, bool is_worked) {
    exchange *x = to;
    x->is_undone = !is_worked;
    MHD_resume_connection(x->connection);
}

// What can take long is worked out on another thread, while the connection sleeps.
static enum MHD_Result work_long(exchange *x) {
    hb_str cookies = header_of(x->connection, "Cookie"),
           token = header_of(x->connection, "Authorization");
    x->aside = (web_long){work_aside, aside_is_done, x, cookies.n ? cookies : token, NULL};
    give_time(x, WEB_LONG_SECONDS);
    MHD_suspend_connection(x->connection);
    if (!web_aside_take(x->server->site->aside, &x->aside)) aside_is_done(x, false);
    return MHD_YES;
}

static bool read_request(exchange *x, web_request *r) {
    hb_str path = path_of(x);
    r->is_head_only = x->is_head_only;  // the arena gave zeros
    r->site = x->server->site;
    r->worker = x->worker;
    r->arena = x->worker->arena;
    r->method = x->method;
    r->path = path;
    r->header = header_of;
    r->connection = x->connection;
    r->now = hb_clock_read();
    read_client(x->server, x->connection, r->from);
    hb_str query = {x->uri + path.n, strlen(x->uri) - path.n};
    if (query.n) query = (hb_str){query.at + 1, query.n - 1};
    r->body = (hb_str){x->body.at, x->body.n};
    bool is_form = r->body.n && !hb_str_starts(path, HB_STR("/v1/"));
    if (query.n) r->query = hb_arena_array(r->arena, web_field, WEB_FIELDS);
    if (is_form) r->form = hb_arena_array(r->arena, web_field, WEB_FIELDS);
    if ((query.n && !r->query) || (is_form && !r->form)) return false;
    return (!query.n || web_query_read(r->arena, query, r->query, &r->n_query)) &&
           (!is_form || web_form_read(r->arena, header_of(x->connection, "Content-Type"), r->body,
                                      r->form, &r->n_form));
}

static enum MHD_Result answer(exchange *x) {
    hb_error err = {0};
    x->worker = web_worker_take(x->server->site, &err);
    x->request = x->worker ? hb_arena_new(x->worker->arena, web_request) : NULL;
    if (!x->request) return refuse(x->connection, 503, "the server is out of memory");
    if (!read_request(x, x->request)) {
        give_back(x);
        return refuse(x->connection, 400, "the query or the form cannot be read");
    }
    bool is_long = x->route && x->route->is_long;
    web_worker_limit(x->worker, is_long ? WEB_LONG_SECONDS : WEB_SECONDS);
    if (is_long) return work_long(x);
    web_answer(x->request, &x->part);
    return finish(x);
}

static enum MHD_Result handle(void *to, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *n_upload, void **state) {
    web_server *server = to;
    exchange *x = *state;
    (void)url;
    if (!x) return MHD_NO;
    if (!x->has_begun) {
        x->has_begun = true;
        return begin_body(connection, x, method, version);
    }
    if (*n_upload) {
        if (x->body.n + *n_upload > x->most) return MHD_NO;  // by chunks, past the limit: cut
        hb_text_add(&x->body, (hb_str){upload, *n_upload});
        *n_upload = 0;
        return x->body.failed ? MHD_NO : MHD_YES;
    }
    if (x->request) return x->print.done ? send_paper(x) : finish(x);
    hb_str path = path_of(x);
    if (hb_str_starts(path, HB_STR("/assets/"))) {
        const char *name = memchr(path.at + 8, '/', path.n - 8);
        const web_asset *asset =
            name ? web_asset_find(&server->site->assets,
                                  (hb_str){name + 1, path.n - (size_t)(name + 1 - path.at)})
                 : NULL;
        if (!asset) return refuse(connection, 404, "no such file");
        return send_asset(connection, asset);
    }
    return answer(x);
}

// ---- connections -------------------------------------------------------------------------------

static void connection_changed(void *to, struct MHD_Connection *connection, void **context,
                               enum MHD_ConnectionNotificationCode code) {
    web_server *server = to;
    pthread_mutex_lock(&server->lock);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        for (size_t i = 0; info && i < sizeof server->lines / sizeof server->lines[0]; i++) {
            if (server->lines[i].fd >= 0) continue;
            server->lines[i] = (line){info->connect_fd, time(NULL)};
            *context = &server->lines[i];
            break;
        }
    } else if (*context) {
        ((line *)*context)->fd = -1;
    }
    pthread_mutex_unlock(&server->lock);
}

static void completed(void *to, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode why) {
    exchange *x = *state;
    (void)to;
    (void)connection;
    (void)why;
    if (!x) return;
    give_time(x, 0);
    give_back(x);
    free(x->uri);
    if (x->body.at) sodium_memzero(x->body.at, x->body.n);  // passwords and papers
    hb_text_clear(&x->body);
    free(x);
    *state = NULL;
}

static void *reap(void *to) {
    web_server *server = to;
    pthread_mutex_lock(&server->lock);
    while (!server->is_ending) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&server->ends, &server->lock, &until);
        time_t now = time(NULL);
        for (size_t i = 0; i < sizeof server->lines / sizeof server->lines[0]; i++) {
            line *one = &server->lines[i];
            if (one->fd >= 0 && now - one->since > WHOLE_SECONDS) shutdown(one->fd, SHUT_RDWR);
        }
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

// ---- the port ----------------------------------------------------------------------------------

static bool is_loopback(const struct sockaddr *address) {
    if (address->sa_family == AF_INET) {
        return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 ==
               127;
    }
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

static bool open_port(web_server *server, hb_error *err) {
    char host[256], *colon;
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM},
                    *found = NULL;
    snprintf(host, sizeof host, "%s", server->options->listen);
    colon = strrchr(host, ':');
    if (colon) *colon = '\0';
    size_t n = strlen(host);
    bool is_bracketed = n > 2 && host[0] == '[' && host[n - 1] == ']';
    if (is_bracketed) host[n - 1] = '\0';
    const char *name = is_bracketed ? host + 1 : host;
    if (!colon || getaddrinfo(name, colon + 1, &hints, &found) != 0) {
        hb_fail(err, HB_USAGE, "listen", "\"%s\" is no address to listen on",
                server->options->listen);
        hb_error_help(err, "write it as 127.0.0.1:8080 or [::1]:8080");
        return false;
    }
    bool ok = true;
    if (server->options->is_demo && !is_loopback(found->ai_addr)) {
        ok = hb_fail(err, HB_USAGE, "listen",
                     "a demonstration has known passwords, so it listens on "
                     "this machine only");
    }
    int one = 1;
    struct sockaddr_storage bound;
    socklen_t n_bound = sizeof bound;
    if (ok)
        server->listening = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (ok && (server->listening < 0 ||
               setsockopt(server->listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
               bind(server->listening, found->ai_addr, found->ai_addrlen) != 0 ||
               listen(server->listening, 512) != 0 ||
               getsockname(server->listening, (struct sockaddr *)&bound, &n_bound) != 0)) {
        ok = hb_fail(err, HB_SYSTEM, "listen", "the port %s cannot be opened: %s",
                     server->options->listen, strerror(errno));
        hb_error_help(err,
                      "another program may be listening there: choose another port by --listen");
    }
    if (ok) {
        server->port =
            ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&bound)->sin6_port
                                              : ((struct sockaddr_in *)(void *)&bound)->sin_port);
    }
    freeaddrinfo(found);
    return ok;
}

static bool start_daemon(web_server *server, hb_error *err) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned n = server->options->n_threads ? server->options->n_threads
                 : cores > 2                ? (unsigned)cores
                                            : 2;
    bool is_shared = server->options->is_behind_proxy || server->options->is_unlimited;
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, server,
        MHD_OPTION_LISTEN_SOCKET, server->listening, MHD_OPTION_THREAD_POOL_SIZE, n,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        is_shared ? 0u : (unsigned)CONNECTIONS_A_CLIENT, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, begin, server,
        MHD_OPTION_NOTIFY_COMPLETED, completed, server, MHD_OPTION_NOTIFY_CONNECTION,
        connection_changed, server, MHD_OPTION_END);
    if (!server->daemon) return hb_fail(err, HB_SYSTEM, "listen", "the server cannot be started");
    server->listening = -1;  // libmicrohttpd closes it
    return true;
}

web_server *web_start(const web_options *options, void (*say_line)(void *to, hb_str line), void *to,
                      hb_errors *errors) {
    hb_error err = {0};
    hb_text said = {0};
    web_server *server = calloc(1, sizeof *server);
    bool ok = server || hb_out_of_memory(&err);
    if (ok) {
        server->options = options;
        server->listening = -1;
        pthread_mutex_init(&server->lock, NULL);
        pthread_cond_init(&server->ends, NULL);
        for (size_t i = 0; i < sizeof server->lines / sizeof server->lines[0]; i++) {
            server->lines[i].fd = -1;
        }
        ok = sodium_init() >= 0 ||
             hb_fail(&err, HB_SYSTEM, "random", "the system gives no random bytes");
    }
    ok = ok && (server->printer = web_printer_start(options->is_open, &err)) != NULL;
    ok = ok && open_port(server, &err);
    if (ok && !(server->site = web_site_open(options, hb_clock_read(), errors))) {
        web_stop(server);
        return NULL;
    }
    if (ok) {
        server->site->log = say_line;
        server->site->log_to = to;
    }
    if (ok && !(server->site->kept = web_kept_open(drop_answer))) ok = hb_out_of_memory(&err);
    if (ok && !(server->site->aside = web_aside_open())) ok = hb_out_of_memory(&err);
    ok = ok && web_sandbox(options, server->site, &said, &err);
    ok = ok && web_audit_begin(server->site->audit, &err);
    ok = ok && web_printer_begin(server->printer, &err) &&
         web_aside_begin(server->site->aside, &err);
    if (ok) server->has_reaper = pthread_create(&server->reaper, NULL, reap, server) == 0;
    if (ok && !server->has_reaper)
        ok = hb_fail(&err, HB_SYSTEM, "thread", "the system gave no thread");
    ok = ok && start_daemon(server, &err);
    if (ok && said.n) say_line(to, (hb_str){said.at, said.n});
    hb_text_clear(&said);
    if (ok) return server;
    hb_errors_add(errors, &err);
    web_stop(server);
    return NULL;
}

uint16_t web_port(const web_server *server) {
    return server->port;
}

void web_stop(web_server *server) {
    if (!server) return;
    if (server->site) server->site->is_ending = true;
    if (server->site) web_aside_end(server->site->aside);
    web_printer_stop(server->printer);  // after it no connection is suspended
    if (server->daemon) MHD_stop_daemon(server->daemon);
    if (server->listening >= 0) close(server->listening);
    if (server->has_reaper) {
        pthread_mutex_lock(&server->lock);
        server->is_ending = true;
        pthread_cond_signal(&server->ends);
        pthread_mutex_unlock(&server->lock);
        pthread_join(server->reaper, NULL);
    }
    if (server->site) web_kept_close(server->site->kept);
    if (server->site) web_aside_close(server->site->aside);
    web_site_close(server->site);
    pthread_cond_destroy(&server->ends);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
