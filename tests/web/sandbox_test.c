// What the server has given up can no longer be done, and what serving needs still can. Each row
// runs in a process of its own, which enters the sandbox first. usage: sandbox_test FOLDER:
// FOLDER/kept holds the store, FOLDER/outside does not.
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "web/site.h"

static char kept[4096], outside[4096];

static bool opens(const char *path, int flags) {
    int fd = open(path, flags, 0600);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

static bool read_passwords(void) {
    return opens("/etc/passwd", O_RDONLY);
}
static bool read_outside(void) {
    return opens(outside, O_RDONLY);
}
static bool write_outside(void) {
    return opens("/tmp/habeas-sandbox", O_CREAT | O_WRONLY);
}
static bool run_shell(void) {
    char *const arguments[] = {(char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
                               (char *)(uintptr_t) "true", NULL};
    execv("/bin/sh", arguments);
    return errno != EPERM && errno != EACCES;
}
static bool make_process(void) {
    return fork() >= 0;
}
static bool make_process_by_clone3(void) {
    return syscall(SYS_clone3, NULL, 0) >= 0 || errno != ENOSYS;
}
static bool call_out(void) {
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}
static bool look_into_another(void) {
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}
static bool map_kernel_keys(void) {
    return syscall(SYS_keyctl, 0, 0, 0, 0, 0) >= 0;
}
static bool become_root(void) {
    return setuid(0) == 0;
}
static bool write_store(void) {
    return opens(kept, O_CREAT | O_RDWR);
}
static void *nothing(void *to) {
    return to;
}
static bool start_thread(void) {
    pthread_t thread;
    return pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
}
static bool take_memory(void) {
    char *at = malloc(32 << 20);
    if (at) memset(at, 1, 32 << 20);
    free(at);
    return at != NULL;
}

typedef struct {
    const char *name;
    bool (*act)(void);
    bool is_allowed, needs_landlock;
} row;
static const row ROWS[] = {
    {"read /etc/passwd",           read_passwords,         false, true },
    {"read a file outside",        read_outside,           false, true },
    {"write a file outside",       write_outside,          false, true },
    {"run a program",              run_shell,              false, false},
    {"make a process",             make_process,           false, false},
    {"make a process another way", make_process_by_clone3, false, false},
    {"open a connection",          call_out,               false, false},
    {"look into another process",  look_into_another,      false, false},
    {"reach the kernel's keys",    map_kernel_keys,        false, false},
    {"become another user",        become_root,            false, false},
    {"write beside the store",     write_store,            true,  false},
    {"start a thread",             start_thread,           true,  false},
    {"take memory",                take_memory,            true,  false},
};

// Of the process that makes PDF: it still runs programs, and lacks the rest.
static bool run_python(void) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        execl("/usr/bin/python3", "python3", "-I", "-c", "import zlib", (char *)NULL);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}
static bool run_own_program(void) {
    execl("/proc/self/exe", "sandbox", (char *)NULL);
    return errno != EPERM && errno != EACCES;
}
static bool become_another(void) {
    return setuid(1) == 0;
}
static bool read_kept(void) {
    return opens(kept, O_RDONLY);
}

static const row PRINTER_ROWS[] = {
    {"printer: read /etc/passwd",             read_passwords,    false, true },
    {"printer: read the store",               read_kept,         false, true },
    {"printer: write beside the store",       write_store,       false, true },
    {"printer: write a file outside",         write_outside,     false, true },
    {"printer: run a program of the store's", run_own_program,   false, true },
    {"printer: open a connection",            call_out,          false, false},
    {"printer: look into another process",    look_into_another, false, false},
    {"printer: reach the kernel's keys",      map_kernel_keys,   false, false},
    {"printer: become another user",          become_another,    false, false},
    {"printer: run python",                   run_python,        true,  false},
};

// 0: it could not be done, 1: it could, 2: the sandbox failed, 3: this kernel has no Landlock.
static int try_printer_row(bool (*act)(void)) {
    hb_error err = {0};
    bool has_landlock =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 1;
    if (!web_sandbox_printer(&err)) {
        fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    bool could = act();
    return could || has_landlock ? could : 3;
}

static int try_row(bool (*act)(void), bool is_sandboxed) {
    web_options options = {.store = kept};
    hb_text said = {0};
    hb_error err = {0};
    if (is_sandboxed && !web_sandbox(&options, NULL, &said, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    if (said.n) return 3;
    return act();
}

static int run_row(bool (*act)(void), bool is_sandboxed, bool is_printer) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) _exit(is_printer ? try_printer_row(act) : try_row(act, is_sandboxed));
    if (child < 0 || waitpid(child, &status, 0) != child) return 2;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 0;  // killed: not done
}

static unsigned n_passed, n_failed;

static void count(const row *rows, size_t n, bool is_printer) {
    for (size_t i = 0; i < n; i++) {
        int got = run_row(rows[i].act, true, is_printer);
        if (got == 3 && rows[i].needs_landlock) {
            printf("%s: not shown, this kernel has no Landlock\n", rows[i].name);
            continue;
        }
        bool is_right = got == rows[i].is_allowed;
        n_passed += is_right;
        n_failed += !is_right;
        if (!is_right) printf("FAILED: %s: %d\n", rows[i].name, got);
    }
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    snprintf(kept, sizeof kept, "%s/kept", argv[1]);
    mkdir(argv[1], 0700);
    mkdir(kept, 0700);
    snprintf(outside, sizeof outside, "%s/outside", argv[1]);
    if (!opens(outside, O_CREAT | O_RDWR)) return 2;
    snprintf(kept, sizeof kept, "%s/kept/web.db", argv[1]);
    // Without the sandbox the same acts can be done, so a refusal below is the sandbox's.
    if (!run_row(read_passwords, false, false) || !run_row(read_outside, false, false) ||
        !run_row(make_process, false, false) || !run_row(call_out, false, false)) {
        printf("without the sandbox the acts fail too: nothing is shown\n");
        n_failed++;
    }
    count(ROWS, sizeof ROWS / sizeof ROWS[0], false);
    if (!opens(kept, O_CREAT | O_RDWR)) return 2;
    count(PRINTER_ROWS, sizeof PRINTER_ROWS / sizeof PRINTER_ROWS[0], true);
    printf("%u passed, %u failed\n", n_passed, n_failed);
    return n_failed > 0;
}
