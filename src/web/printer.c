// PDF for the pages. The server gives up exec, fork and most files before it serves, so one process
// is forked before that: it reads HTML from a socket, runs weasyprint on it (report_pdf), and
// writes the PDF back. It has no other open file, no network, can write no file, and may read only
// what programs and fonts are made of (web_sandbox_printer).
//
//   request ->  paper header (pages, bytes), HTML
//   answer  <-  paper header (whether it was made, bytes), PDF or the cause in words
//
// Papers are made one at a time, in the order they were asked for; QUEUE may wait. A paper that
// takes too long is ended by that process; when the process itself is gone or says nothing, every
// paper from then on is refused at once, and the pages go on.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "report/report.h"
#include "web/site.h"

enum { GRACE_SECONDS = 5, QUEUE = 8 };
#define PAPER_BYTES ((size_t)32 << 20)  // of HTML or PDF
#define MEMORY_BYTES ((rlim_t)3 << 30)  // of address space, weasyprint's included

typedef struct {
    uint64_t n_bytes;
    uint32_t n_pages;
    bool is_made;
} header;

struct web_printer {
    int line;  // -1: the process is gone
    pthread_mutex_t lock;
    pthread_cond_t came;
    pthread_t thread;
    bool has_thread, is_ending;
    web_print *first, *last;
    uint32_t n_waiting;
};

static int64_t seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

// Whole, or false: the other end is gone or the time is over (`until` 0: no end).
static bool move(int line, bool is_read, void *bytes, size_t n, int64_t until) {
    for (size_t done = 0; done < n;) {
        struct pollfd one = {line, is_read ? POLLIN : POLLOUT, 0};
        int64_t left = until - seconds_now();
        int ready = poll(&one, 1, until == 0 ? -1 : left > 0 ? (int)left * 1000 : 0);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        ssize_t moved =
            is_read ? recv(line, (char *)bytes + done, n - done, MSG_DONTWAIT)
                    : send(line, (char *)bytes + done, n - done, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (moved < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (moved <= 0) return false;
        done += (size_t)moved;
    }
    return true;
}

static bool put(int line, const void *bytes, size_t n, int64_t until) {
    return move(line, false, (void *)(uintptr_t)bytes, n, until);
}

static bool take(int line, hb_text *text, uint64_t n, int64_t until) {
    char piece[65536];
    if (n > PAPER_BYTES) return false;
    for (uint64_t left = n; left > 0 && !text->failed;) {
        size_t now = left < sizeof piece ? (size_t)left : sizeof piece;
        if (!move(line, true, piece, now, until)) return false;
        hb_text_add(text, (hb_str){piece, now});
        left -= now;
    }
    return !text->failed;
}

// ---- the process -------------------------------------------------------------------------------

static void print_for_ever(int line) {
    header asked;
    while (move(line, true, &asked, sizeof asked, 0)) {
        hb_text page = {0}, pdf = {0};
        hb_error err = {0};
        if (!take(line, &page, asked.n_bytes, 0)) break;
        bool ok =
            report_pdf((hb_str){page.at, page.n}, asked.n_pages, WEB_PAPER_SECONDS, &pdf, &err);
        if (ok && pdf.n > PAPER_BYTES)
            ok = hb_fail(&err, HB_LIMIT, "pdf-failed", "it is too large");
        hb_str out = ok ? (hb_str){pdf.at, pdf.n} : hb_str_from(err.message);
        header answer = {.n_bytes = out.n, .is_made = ok};
        bool is_put = put(line, &answer, sizeof answer, 0) && put(line, out.at, out.n, 0);
        hb_text_clear(&page);
        hb_text_clear(&pdf);
        if (!is_put) break;
    }
}

static void become_printer(int line, bool is_open) {
    hb_error err = {0};
    struct rlimit memory = {MEMORY_BYTES, MEMORY_BYTES}, files = {0, 0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nothing = open("/dev/null", O_RDWR);  // 0 to 2 stay taken: no pipe may become one of them
    for (int fd = 0; fd < 3; fd++) (void)dup2(nothing, fd);
    for (int fd = 3; fd < 1024; fd++)
        if (fd != line) close(fd);
    signal(SIGPIPE, SIG_IGN);
    if (!is_open) {
        setrlimit(RLIMIT_AS, &memory);
        setrlimit(RLIMIT_FSIZE, &files);
        if (!web_sandbox_printer(&err)) _exit(4);
    }
    print_for_ever(line);
    _exit(0);
}

web_printer *web_printer_start(bool is_open, hb_error *err) {
    int ends[2] = {-1, -1};
    web_printer *p = calloc(1, sizeof *p);
    if (!p) {
        hb_out_of_memory(err);
        return NULL;
    }
    p->line = -1;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->came, NULL);
    pid_t child = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) child = fork();
    if (child == 0) become_printer(ends[1], is_open);
    if (ends[1] >= 0) close(ends[1]);
    p->line = ends[0];
    if (child > 0) return p;
    hb_fail(err, HB_SYSTEM, "pdf-failed", "no process: %s", strerror(errno));
    web_printer_stop(p);
    return NULL;
}

// ---- the queue ---------------------------------------------------------------------------------

static bool busy(web_print *job) {
    return hb_fail(&job->err, HB_LIMIT, "pdf-busy", "too many papers are being made");
}

static bool make(web_printer *p, web_print *job) {
    header asked = {.n_bytes = job->page.n, .n_pages = job->n_pages}, answer;
    int64_t until = seconds_now() + WEB_PAPER_SECONDS + GRACE_SECONDS;
    if (job->asked_at + WEB_PAPER_WAIT_SECONDS < seconds_now()) return busy(job);
    bool is_told = p->line >= 0 && put(p->line, &asked, sizeof asked, until) &&
                   put(p->line, job->page.at, job->page.n, until) &&
                   move(p->line, true, &answer, sizeof answer, until) &&
                   take(p->line, &job->pdf, answer.n_bytes, until);
    if (!is_told) {  // what it would still say belongs to no paper
        if (p->line >= 0) close(p->line);
        p->line = -1;
        return hb_fail(&job->err, HB_SYSTEM, "pdf-failed", "the process that makes PDF is gone");
    }
    if (answer.is_made) return true;
    return hb_fail(&job->err, HB_SYSTEM, "pdf-failed", "%.*s", (int)job->pdf.n,
                   job->pdf.n ? job->pdf.at : "");
}

static void *serve_queue(void *to) {
    web_printer *p = to;
    pthread_mutex_lock(&p->lock);
    while (!p->is_ending || p->first) {
        if (!p->first) {
            pthread_cond_wait(&p->came, &p->lock);
            continue;
        }
        web_print *job = p->first;
        p->first = job->next;
        if (!p->first) p->last = NULL;
        p->n_waiting--;
        bool is_ending = p->is_ending;
        pthread_mutex_unlock(&p->lock);
        job->is_made = is_ending ? busy(job) : make(p, job);
        job->done(job->to);  // the job is another thread's from here
        pthread_mutex_lock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

bool web_printer_begin(web_printer *p, hb_error *err) {
    p->has_thread = pthread_create(&p->thread, NULL, serve_queue, p) == 0;
    return p->has_thread || hb_fail(err, HB_SYSTEM, "thread", "the system gave no thread");
}

void web_printer_take(web_printer *p, web_print *job) {
    if (job->page.n > PAPER_BYTES) {
        hb_fail(&job->err, HB_LIMIT, "pdf-failed", "the page is too large for a PDF");
        job->done(job->to);
        return;
    }
    job->asked_at = seconds_now();
    pthread_mutex_lock(&p->lock);
    bool has_room = p->n_waiting < QUEUE && p->has_thread && !p->is_ending;
    if (has_room) {
        if (p->last) p->last->next = job;
        if (!p->first) p->first = job;
        p->last = job;
        p->n_waiting++;
        pthread_cond_signal(&p->came);
    }
    pthread_mutex_unlock(&p->lock);
    if (has_room) return;
    busy(job);
    job->done(job->to);
}

void web_printer_stop(web_printer *p) {
    if (!p) return;
    if (p->has_thread) {
        pthread_mutex_lock(&p->lock);
        p->is_ending = true;
        pthread_cond_signal(&p->came);
        pthread_mutex_unlock(&p->lock);
        pthread_join(p->thread, NULL);
    }
    if (p->line >= 0) close(p->line);  // the process reads the end and leaves
    pthread_cond_destroy(&p->came);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
