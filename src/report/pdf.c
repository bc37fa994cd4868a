// HTML to PDF by weasyprint in a child process: HTML goes in by a pipe, PDF comes out by another,
// nothing touches the disk, and pdf.py refuses every fetch. The child has no other open files, no
// environment but a path and a home, and a limit of time; what it says when it fails is shown.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report/report.h"

enum { MESSAGE_MAX = 240 };
#define PDF_MAX ((size_t)256 << 20)

static const char PROGRAM[] =
#include "pdf_py.inc"
    ;

// In the child: standard input, output and error are the pipes' ends, everything else is closed.
static void become_weasyprint(int in, int out, int said, uint32_t n_pages, uint32_t seconds) {
    char most[16];
    const char *const arguments[] = {"python3", "-I", "-c", PROGRAM, most, NULL};
    static const char *const ENVIRONMENT[] = {"PATH=/usr/local/bin:/usr/bin:/bin",
                                              "HOME=/nonexistent", "LC_ALL=C.UTF-8", NULL};
    struct rlimit time = {seconds, seconds};
    snprintf(most, sizeof most, "%u", n_pages);
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(said, 2) < 0) _exit(127);
    for (int fd = 3; fd < 1024; fd++) close(fd);
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // whoever asked for it is there to take it
    setrlimit(RLIMIT_CPU, &time);
    signal(SIGPIPE, SIG_DFL);
    execve("/usr/bin/python3", (char *const *)(uintptr_t)arguments,
           (char *const *)(uintptr_t)ENVIRONMENT);
    _exit(127);
}

static int left_ms(const struct timespec *until) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t ms = (until->tv_sec - now.tv_sec) * 1000 + (until->tv_nsec - now.tv_nsec) / 1000000;
    return ms > 0 ? (int)ms : 0;
}

// Feeds the page and takes what comes, both as the child is ready: neither side can block the
// other.
static bool exchange(int to, int from, int said, hb_str page, uint32_t seconds, hb_text *pdf,
                     char *message, size_t *n_message) {
    size_t sent = 0;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    char piece[65536];
    struct pollfd ends[] = {
        {to,   POLLOUT, 0},
        {from, POLLIN,  0},
        {said, POLLIN,  0}
    };
    while (ends[1].fd >= 0 || ends[2].fd >= 0) {
        if (poll(ends, 3, left_ms(&until)) <= 0) {
            *n_message =
                (size_t)snprintf(message, MESSAGE_MAX, "it took more than %u seconds", seconds);
            return false;
        }
        if (ends[0].fd >= 0 && ends[0].revents != 0) {
            ssize_t n = write(to, page.at + sent, page.n - sent);
            if (n > 0) sent += (size_t)n;
            if (sent == page.n || (n < 0 && errno != EAGAIN && errno != EINTR)) {
                close(to);
                ends[0].fd = -1;
            }
        }
        for (int i = 1; i < 3; i++) {
            if (ends[i].fd < 0 || ends[i].revents == 0) continue;
            ssize_t n = read(ends[i].fd, piece, sizeof piece);
            if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (n <= 0) {
                ends[i].fd = -1;
            } else if (i == 1) {
                if (pdf->n + (size_t)n > PDF_MAX) return false;
                hb_text_add(pdf, (hb_str){piece, (size_t)n});
            } else {  // the last of what it says is the cause
                size_t kept = (size_t)n < MESSAGE_MAX ? (size_t)n : MESSAGE_MAX;
                memcpy(message, piece + (size_t)n - kept, kept);
                *n_message = kept;
            }
        }
    }
    if (ends[0].fd >= 0) close(to);
    return sent == page.n;
}

static bool fail(hb_error *err, const char *message, size_t n) {
    hb_str said = hb_str_trim((hb_str){message, n});
    size_t line = said.n;
    while (line > 0 && said.at[line - 1] != '\n') line--;
    if (memmem(message, n, "No module named", 15) != NULL) {
        hb_fail(err, HB_SYSTEM, "no-weasyprint", "weasyprint is missing: no PDF can be made");
        hb_error_help(err, "apt-get install weasyprint, or write --out FILE.html and print that");
        return false;
    }
    if (memmem(message, n, "too many pages", 14) != NULL) {
        hb_fail(err, HB_LIMIT, "too-many-pages", "%.*s", (int)(said.n - line), said.at + line);
        hb_error_help(err, "write --out FILE.html and print that");
        return false;
    }
    hb_fail(err, HB_SYSTEM, "pdf-failed", "weasyprint made no PDF: %.*s",
            (int)(said.n - line > 200 ? 200 : said.n - line), said.at ? said.at + line : "");
    hb_error_help(err, "write --out FILE.html and print that");
    return false;
}

bool report_pdf(hb_str page, uint32_t n_pages, uint32_t seconds, hb_text *pdf, hb_error *err) {
    int in[2] = {-1, -1}, out[2] = {-1, -1}, said[2] = {-1, -1}, status = 0;
    char message[MESSAGE_MAX];
    size_t n_message = 0;
    pid_t child = -1;
    bool ok =
        pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 && pipe2(said, O_CLOEXEC) == 0;
    if (!ok) hb_fail(err, HB_SYSTEM, "pdf-failed", "no pipe: %s", strerror(errno));
    if (ok && (child = fork()) == 0) become_weasyprint(in[0], out[1], said[1], n_pages, seconds);
    if (ok && child < 0)
        ok = hb_fail(err, HB_SYSTEM, "pdf-failed", "no process: %s", strerror(errno));
    close(in[0]), close(out[1]), close(said[1]);
    if (ok) {
        void (*before)(int) = signal(SIGPIPE, SIG_IGN);
        fcntl(in[1], F_SETFL, O_NONBLOCK);
        bool is_done = exchange(in[1], out[0], said[0], page, seconds, pdf, message, &n_message);
        if (!is_done) kill(child, SIGKILL);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
        signal(SIGPIPE, before);
        ok = is_done && WIFEXITED(status) && WEXITSTATUS(status) == 0 && pdf->n > 0;
        if (!ok) fail(err, message, n_message);
        if (ok && pdf->failed) ok = hb_out_of_memory(err);
    } else {
        close(in[1]);
    }
    close(out[0]), close(said[0]);
    return ok;
}
