// PDF for the pages. The server gives up exec, fork and most files before it serves, so processes
// that still may are forked before that: the keepers. A keeper holds no paper: for each it forks a
// child, which reads HTML from a socket of its own, runs weasyprint on it (report_pdf), writes the
// PDF back and ends. None has another open file or a network, none can write a file, and they may
// read only what programs and fonts are made of (web_sandbox_printer).
//
//   server -> keeper   one byte (what is wanted) and one end of a new pair of sockets
//   server -> child    paper header (pages, bytes), HTML
//   child -> server    paper header (whether it was made, bytes), PDF or the cause in words
//
// Papers are made one at a time, in the order they were asked for; QUEUE may wait. A child that
// takes too long is ended by its keeper, one that dies fails its paper alone. A keeper that is gone
// or says nothing is given up, and the other forks one in its place.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report/report.h"
#include "web/site.h"

enum { GRACE_SECONDS = 5, QUEUE = 8, KEEPERS = 2 };
#define PAPER_BYTES ((size_t)32 << 20)  // of HTML or PDF
#define MEMORY_BYTES ((rlim_t)3 << 30)  // of address space, weasyprint's included

typedef enum { WANT_PAPER = 'p', WANT_KEEPER = 'k' } want;

typedef struct {
    uint64_t n_bytes;
    uint32_t n_pages;
    bool is_made;
} header;

struct web_printer {
    int lines[KEEPERS];  // to each; -1: it is gone
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

// ---- what is wanted of a keeper, with an end of a pair for whoever will do it ------------------

typedef union {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int))];
} one_file;

static struct msghdr message_of(struct iovec *byte, one_file *file) {
    return (struct msghdr){.msg_iov = byte,
                           .msg_iovlen = 1,
                           .msg_control = file->room,
                           .msg_controllen = sizeof file->room};
}

static bool send_want(int line, want what, int end) {
    char byte = (char)what;
    struct iovec piece = {&byte, 1};
    one_file file = {0};
    struct msghdr message = message_of(&piece, &file);
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof end);
    memcpy(CMSG_DATA(head), &end, sizeof end);
    return sendmsg(line, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

// False: the server has ended.
static bool take_want(int line, want *what, int *end) {
    char byte = 0;
    struct iovec piece = {&byte, 1};
    one_file file = {0};
    struct msghdr message = message_of(&piece, &file);
    ssize_t n;
    while ((n = recvmsg(line, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) continue;
    const struct cmsghdr *head = n == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!head || head->cmsg_type != SCM_RIGHTS) return false;
    memcpy(end, CMSG_DATA(head), sizeof *end);
    *what = byte == WANT_KEEPER ? WANT_KEEPER : WANT_PAPER;
    return true;
}

// ---- keepers and their children ----------------------------------------------------------------

static void print_one(int line) {
    header asked;
    hb_text page = {0}, pdf = {0};
    hb_error err = {0};
    if (!move(line, true, &asked, sizeof asked, 0) || !take(line, &page, asked.n_bytes, 0)) return;
    bool ok = report_pdf((hb_str){page.at, page.n}, asked.n_pages, WEB_PAPER_SECONDS, &pdf, &err);
    if (ok && pdf.n > PAPER_BYTES) ok = hb_fail(&err, HB_LIMIT, "pdf-failed", "it is too large");
    hb_str out = ok ? (hb_str){pdf.at, pdf.n} : hb_str_from(err.message);
    header answer = {.n_bytes = out.n, .is_made = ok};
    if (put(line, &answer, sizeof answer, 0)) (void)put(line, out.at, out.n, 0);
}

// Until the child has ended; it is ended when its time is over. SIGCHLD is blocked, so that none
// can come before it is waited for.
static void wait_for(pid_t child, const sigset_t *ends) {
    int64_t until = seconds_now() + WEB_PAPER_SECONDS + GRACE_SECONDS / 2;
    for (pid_t ended; (ended = waitpid(child, NULL, WNOHANG)) == 0;) {
        struct timespec left = {until - seconds_now(), 0};
        if (left.tv_sec <= 0) kill(child, SIGKILL);
        if (left.tv_sec <= 0) left.tv_sec = 1;
        (void)sigtimedwait(ends, NULL, &left);
    }
}

static void keep(int line) {
    sigset_t ends;
    want what;
    int end = -1;
    sigemptyset(&ends);
    sigaddset(&ends, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    while (take_want(line, &what, &end)) {
        pid_t child = fork();
        if (child == 0) {
            close(line);
            line = end;
            if (what == WANT_KEEPER) continue;
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            sigprocmask(SIG_UNBLOCK, &ends, NULL);
            print_one(line);
            return;
        }
        close(end);
        if (child > 0 && what == WANT_PAPER) wait_for(child, &ends);
    }
}

static void become_keeper(int line, bool is_open) {
    hb_error err = {0};
    struct rlimit memory = {MEMORY_BYTES, MEMORY_BYTES}, files = {0, 0};
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
    keep(line);
    _exit(0);
}

static bool start_keeper(int *line, bool is_open) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
    pid_t child = fork();
    if (child == 0) become_keeper(ends[1], is_open);
    close(ends[1]);
    *line = ends[0];
    return child > 0;
}

web_printer *web_printer_start(bool is_open, hb_error *err) {
    web_printer *p = calloc(1, sizeof *p);
    if (!p) {
        hb_out_of_memory(err);
        return NULL;
    }
    for (int i = 0; i < KEEPERS; i++) p->lines[i] = -1;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->came, NULL);
    bool ok = true;
    for (int i = 0; i < KEEPERS && ok; i++) ok = start_keeper(&p->lines[i], is_open);
    if (ok) return p;
    hb_fail(err, HB_SYSTEM, "pdf-failed", "no process: %s", strerror(errno));
    web_printer_stop(p);
    return NULL;
}

static void give_up(web_printer *p, int i) {
    if (p->lines[i] >= 0) close(p->lines[i]);  // should it wake, it reads the end and leaves
    p->lines[i] = -1;
}

// Whoever will do what is wanted, at the other end of `line`, and its keeper; false: all are gone.
static bool want_of_any(web_printer *p, want what, int *line, int *keeper) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
    bool is_sent = false;
    for (int i = 0; i < KEEPERS && !is_sent; i++) {
        *keeper = i;
        is_sent = p->lines[i] >= 0 && send_want(p->lines[i], what, ends[1]);
        if (!is_sent) give_up(p, i);
    }
    close(ends[1]);
    *line = ends[0];
    if (!is_sent) close(ends[0]);
    return is_sent;
}

static void replace_keepers(web_printer *p) {
    for (int i = 0, ignored; i < KEEPERS; i++) {
        int line = -1;
        struct pollfd one = {p->lines[i], POLLIN, 0};
        if (p->lines[i] >= 0 && poll(&one, 1, 0) == 1)
            give_up(p, i);  // it says nothing but its end
        if (p->lines[i] < 0 && want_of_any(p, WANT_KEEPER, &line, &ignored)) p->lines[i] = line;
    }
}

// ---- the queue ---------------------------------------------------------------------------------

static bool busy(web_print *job) {
    return hb_fail(&job->err, HB_LIMIT, "pdf-busy", "too many papers are being made");
}

static bool make(web_printer *p, web_print *job) {
    header asked = {.n_bytes = job->page.n, .n_pages = job->n_pages}, answer;
    int64_t until = seconds_now() + WEB_PAPER_SECONDS + GRACE_SECONDS;
    int line = -1, keeper = 0;
    if (job->asked_at + WEB_PAPER_WAIT_SECONDS < seconds_now()) return busy(job);
    if (!want_of_any(p, WANT_PAPER, &line, &keeper))
        return hb_fail(&job->err, HB_SYSTEM, "pdf-failed", "the processes that make PDF are gone");
    bool is_told = put(line, &asked, sizeof asked, until) &&
                   put(line, job->page.at, job->page.n, until) &&
                   move(line, true, &answer, sizeof answer, until) &&
                   take(line, &job->pdf, answer.n_bytes, until);
    close(line);
    if (!is_told && seconds_now() >= until) give_up(p, keeper);
    replace_keepers(p);
    if (!is_told)
        return hb_fail(&job->err, HB_SYSTEM, "pdf-failed",
                       "the process that made this PDF is gone");
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
    for (int i = 0; i < KEEPERS; i++) give_up(p, i);
    pthread_cond_destroy(&p->came);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
