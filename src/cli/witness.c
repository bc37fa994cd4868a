// habeas register witness: somebody outside who keeps one checkpoint of a log and goes on from it
// only along a consistency proof, so that no two histories can both be cosigned (C2SP
// tlog-witness). A request comes as a file, or over HTTP with `witness serve`:
//
//     POST /add-checkpoint                  200 cosignature, 400, 403, 404, 409 with the size held,
//     422 GET /SHA256(origin)/checkpoint        the last checkpoint cosigned, with both signatures
//
// What it holds is that note. It is compared, replaced whole and synced, under a lock, before
// anything is answered; requests come one after another. It knows no register, no person, no page.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/register.h"

enum { REQUEST_BYTES = 64 * 1024, IDLE_SECONDS = 10, CONNECTIONS = 64 };

typedef struct {
    proof_key log, key;
    proof_secret seed;
    const char *state;
} witness;

// ---- what it holds ------------------------------------------------------------------------------

static bool keep_state(const char *path, const hb_text *note, hb_error *err) {
    char part[4200], folder[4096];
    snprintf(part, sizeof part, "%s.part", path);
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash) *slash = '\0';
    if (!register_write_out(part, note, err)) return false;
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = rename(part, path) == 0 && fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return ok || hb_fail(err, HB_SYSTEM, "output", "the witness cannot keep its state: %s",
                         strerror(errno));
}

// The note as it was cosigned; its signatures are checked again, so a changed file holds nothing.
static bool read_state(const witness *w, hb_bytes *bytes, proof_checkpoint *held, bool *is_holding,
                       hb_error *err) {
    const proof_key keys[] = {w->log, w->key};
    proof_note note;
    hb_error cause = {0};
    *is_holding = false;
    if (access(w->state, F_OK) != 0 && errno == ENOENT) return true;
    if (!hb_read_file(w->state, REQUEST_BYTES, bytes, err)) return false;
    *is_holding = proof_note_open((hb_str){bytes->at, bytes->n}, keys, 2, &note, &cause) &&
                  note.n_signers == 2 && proof_checkpoint_read(note.text, held);
    if (*is_holding) return true;
    hb_error_file(err, hb_str_from(w->state));
    return hb_fail(err, HB_CORRUPT, "bad-checkpoint",
                   "the witness' state is no checkpoint it cosigned: it answers nothing until that "
                   "is mended");
}

// ---- one request --------------------------------------------------------------------------------

static int lock_state(const witness *w, hb_error *err) {
    char path[4200];
    snprintf(path, sizeof path, "%s.lock", w->state);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock >= 0 && flock(lock, LOCK_EX) == 0) return lock;
    hb_fail(err, HB_SYSTEM, "cannot-open", "cannot lock the witness' state: %s", strerror(errno));
    if (lock >= 0) close(lock);
    return -1;
}

// The status of HTTP, and in `out` the cosignature; *held_size as it was before. False when the
// witness itself failed: then nothing is answered.
static bool ask(const witness *w, hb_str request, hb_instant now, int *status, uint64_t *held_size,
                hb_text *out, hb_error *err) {
    hb_bytes bytes = {0};
    hb_text note = {0};
    proof_checkpoint held;
    bool is_holding = false;
    int lock = lock_state(w, err);
    bool ok = lock >= 0 && read_state(w, &bytes, &held, &is_holding, err);
    if (ok) {
        proof_witness_answer a = proof_witness_ask(&w->log, is_holding ? &held : NULL, request);
        *status = a.status;
        *held_size = is_holding ? held.size : 0;
        if (a.status == 200) {
            proof_note own;
            proof_note_sign(out, a.text, &w->key, &w->seed, (uint64_t)now.seconds);
            hb_text_add(&note, a.text);
            hb_text_add(&note, HB_STR("\n"));
            // Of the request's signature lines the log's alone are kept.
            ok = proof_note_open(a.note, &w->log, 1, &own, err);
            if (ok) hb_text_add(&note, own.signers[0].line);
            hb_text_add(&note, HB_STR("\n"));
            hb_text_add(&note, (hb_str){out->at, out->n});
            ok = ok && (!(note.failed || out->failed) || hb_out_of_memory(err)) &&
                 keep_state(w->state, &note, err);
        }
    }
    hb_text_clear(&note);
    hb_bytes_clear(&bytes);
    if (lock >= 0) close(lock);
    return ok;
}

static int answer_file(cli *run, const witness *w, const char *path) {
    hb_error err = {0};
    hb_bytes request = {0};
    hb_text out = {0};
    int status = 0;
    uint64_t held = 0;
    bool ok = hb_read_file(path, REQUEST_BYTES, &request, &err) &&
              ask(w, (hb_str){request.at, request.n}, run->now, &status, &held, &out, &err);
    if (ok && status == 200)
        ok = register_print(run, &out, &err);
    else if (ok)
        fprintf(run->err,
                words_in(run->language, "not cosigned: %d; this witness holds checkpoint %llu\n"),
                status, (unsigned long long)held);
    hb_bytes_clear(&request);
    hb_text_clear(&out);
    return !ok ? cli_fail(run, &err) : status == 200 ? CLI_DONE : CLI_FOUND;
}

// ---- over HTTP ----------------------------------------------------------------------------------

typedef struct {
    hb_text body;
    bool is_too_long;
} exchange;

static enum MHD_Result reply(struct MHD_Connection *connection, int status, hb_str body,
                             const char *type) {
    struct MHD_Response *response = MHD_create_response_from_buffer(
        body.n, (void *)(uintptr_t)(body.n ? body.at : ""), MHD_RESPMEM_MUST_COPY);
    if (!response) return MHD_NO;
    MHD_add_response_header(response, "Content-Type", type);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (status == 405) MHD_add_response_header(response, "Allow", "GET, POST");
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}

static const char PLAIN[] = "text/plain; charset=utf-8";

static enum MHD_Result failed(struct MHD_Connection *connection, const hb_error *err) {
    char text[2048];
    hb_error_print(err, text, sizeof text);
    fputs(text, stderr);
    return reply(connection, 500, HB_STR("the witness failed; nothing was cosigned\n"), PLAIN);
}

static enum MHD_Result add_checkpoint(struct MHD_Connection *connection, const witness *w,
                                      const exchange *e) {
    hb_error err = {0};
    hb_text out = {0};
    char size[32];
    int status = 0;
    uint64_t held = 0;
    enum MHD_Result result;
    if (e->is_too_long) return reply(connection, 413, HB_STR("the request is too long\n"), PLAIN);
    if (!ask(w, (hb_str){e->body.at, e->body.n}, hb_clock_read(), &status, &held, &out, &err)) {
        result = failed(connection, &err);
    } else if (status == 409) {
        int n = snprintf(size, sizeof size, "%llu\n", (unsigned long long)held);
        result = reply(connection, status, (hb_str){size, (size_t)n}, "text/x.tlog.size");
    } else {
        result = reply(connection, status, (hb_str){out.at, out.n}, PLAIN);
    }
    hb_text_clear(&out);
    return result;
}

static enum MHD_Result get_checkpoint(struct MHD_Connection *connection, const witness *w,
                                      const char *url) {
    hb_error err = {0};
    hb_bytes bytes = {0};
    proof_checkpoint held;
    char hex[65], path[96];
    bool is_holding = false;
    hb_hash_hex(hb_sha256(w->log.name.at, w->log.name.n), hex);
    snprintf(path, sizeof path, "/%s/checkpoint", hex);
    if (strcmp(url, path) != 0) return reply(connection, 404, HB_STR(""), PLAIN);
    enum MHD_Result result;
    if (!read_state(w, &bytes, &held, &is_holding, &err))
        result = failed(connection, &err);
    else
        result = reply(connection, is_holding ? 200 : 404, (hb_str){bytes.at, bytes.n}, PLAIN);
    hb_bytes_clear(&bytes);
    return result;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data, size_t *n,
                              void **request) {
    const witness *w = context;
    exchange *e = *request;
    (void)version;
    if (!e) {
        *request = calloc(1, sizeof *e);
        return *request ? MHD_YES : MHD_NO;
    }
    if (*n) {
        e->is_too_long |= e->body.n + *n > REQUEST_BYTES;
        if (!e->is_too_long) hb_text_add(&e->body, (hb_str){data, *n});
        *n = 0;
        return MHD_YES;
    }
    if (e->body.failed) return MHD_NO;
    if (strcmp(method, "GET") == 0) return get_checkpoint(connection, w, url);
    if (strcmp(method, "POST") != 0) return reply(connection, 405, HB_STR(""), PLAIN);
    if (strcmp(url, "/add-checkpoint") != 0) return reply(connection, 404, HB_STR(""), PLAIN);
    return add_checkpoint(connection, w, e);
}

static void end_exchange(void *context, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode code) {
    exchange *e = *request;
    (void)context, (void)connection, (void)code;
    if (!e) return;
    hb_text_clear(&e->body);
    free(e);
}

// "127.0.0.1:8090"; port 0 takes any that is free.
static bool read_address(const char *text, struct sockaddr_in *address, hb_error *err) {
    char host[64];
    const char *colon = strrchr(text, ':');
    uint64_t port = 0;
    *address = (struct sockaddr_in){.sin_family = AF_INET};
    bool ok = colon && (size_t)(colon - text) < sizeof host &&
              proof_uint_read(hb_str_from(colon + 1), &port) && port <= UINT16_MAX;
    if (ok) {
        snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
        ok = inet_pton(AF_INET, host, &address->sin_addr) == 1;
    }
    address->sin_port = htons((uint16_t)port);
    if (ok) return true;
    hb_fail(err, HB_USAGE, "listen", "\"%s\" is no address to listen at", text);
    hb_error_help(err, "as 127.0.0.1:8090");
    return false;
}

static int serve(cli *run, witness *w) {
    const char *listen = cli_value(run, "listen");
    hb_error err = {0};
    struct sockaddr_in address;
    hb_bytes bytes = {0};
    proof_checkpoint held;
    sigset_t ends;
    int by = 0;
    bool is_holding = false;
    bool ok = read_address(listen ? listen : "127.0.0.1:8090", &address, &err) &&
              read_state(w, &bytes, &held, &is_holding, &err);
    hb_bytes_clear(&bytes);
    if (!ok) return cli_fail(run, &err);
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO, 0, NULL, NULL, handle, w,
                         MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_TIMEOUT,
                         (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
                         MHD_OPTION_NOTIFY_COMPLETED, end_exchange, NULL, MHD_OPTION_END);
    if (!daemon) {
        hb_fail(&err, HB_SYSTEM, "listen", "cannot listen there: %s", strerror(errno));
        return cli_fail(run, &err);
    }
    const union MHD_DaemonInfo *port = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    fprintf(run->err,
            words_in(run->language,
                     "Witness at http://%s:%u/add-checkpoint; it holds checkpoint "
                     "%llu. Ctrl-C ends it.\n"),
            inet_ntoa(address.sin_addr), (unsigned)port->port,
            (unsigned long long)(is_holding ? held.size : 0));
    fflush(run->err);
    sigwait(&ends, &by);
    MHD_stop_daemon(daemon);
    return CLI_DONE;
}

// ---- the command --------------------------------------------------------------------------------

int cli_register_witness(cli *run) {
    const char *key_path = cli_value(run, "key"), *vkey = cli_value(run, "log");
    hb_error err = {0};
    hb_arena *arena = hb_arena_open(1 << 20);
    witness w = {.state = cli_value(run, "state")};
    int status;
    bool ok = arena || hb_out_of_memory(&err);
    if (ok && (!key_path || !vkey || !w.state))
        ok = hb_fail(&err, HB_USAGE, "register-key",
                     "a witness needs --key FILE, --log VKEY and --state FILE");
    if (ok && (!proof_key_read(hb_str_from(vkey), &w.log) || w.log.type != PROOF_LOG_KEY)) {
        ok = hb_fail(&err, HB_USAGE, "bad-key",
                     "--log wants the register's verifier key, as `init` printed it");
    }
    ok = ok && register_secret(arena, key_path, &w.key, &w.seed, &err);
    if (ok && w.key.type != PROOF_WITNESS_KEY)
        ok = hb_fail(&err, HB_USAGE, "bad-key",
                     "this is no key of a witness: `key new NAME --witness`");
    if (!ok)
        status = cli_fail(run, &err);
    else if (strcmp(run->arguments[0], "serve") == 0)
        status = serve(run, &w);
    else
        status = answer_file(run, &w, run->arguments[0]);
    proof_wipe(&w.seed, sizeof w.seed);
    hb_arena_close(arena);
    return status;
}
