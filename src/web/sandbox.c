// What the process gives up once everything is open: capabilities and new privileges; every system
// call that serving does not need (exec, fork, ptrace, sockets of its own: libseccomp, on all
// threads to come); every file outside the folders it was started with (Landlock, where the kernel
// has it). Called before any thread is started, so all of them are born inside.
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "web/site.h"

// ---- system calls ------------------------------------------------------------------------------

static const int CALLS[] = {
    // bytes
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(lseek),
    SCMP_SYS(sendto),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendmsg),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendfile),
    SCMP_SYS(close),
    SCMP_SYS(shutdown),
    SCMP_SYS(dup),
    // files, within what Landlock leaves
    SCMP_SYS(openat),
    SCMP_SYS(open),
    SCMP_SYS(fstat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(getdents64),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getcwd),
    SCMP_SYS(fcntl),
    SCMP_SYS(flock),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(umask),
    SCMP_SYS(fchmod),
    SCMP_SYS(chmod),
    SCMP_SYS(fchown),
    SCMP_SYS(fstatfs),
    SCMP_SYS(statfs),
    SCMP_SYS(ioctl),
    // the network: only connections that come
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
    SCMP_SYS(getpeername),
    SCMP_SYS(getsockname),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(eventfd2),
    SCMP_SYS(pipe2),
    // memory, threads, time
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getppid),
    SCMP_SYS(tgkill),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigtimedwait),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(prlimit64),
    SCMP_SYS(getrusage),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getrandom),
    SCMP_SYS(membarrier),
    SCMP_SYS(getcpu),
};

static bool forbid_calls(hb_error *err) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter) return hb_out_of_memory(err);
    int status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    for (size_t i = 0; status == 0 && i < sizeof CALLS / sizeof CALLS[0]; i++) {
        status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALLS[i], 0);
    }
    // New threads, no new processes. clone3 keeps its flags in memory, where a filter cannot look:
    // the C library then falls back to clone.
    if (status == 0) {
        status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                  SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    }
    if (status == 0) {
        status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    }
    // Two ends within this machine, for a paper (printer.c): nobody else can be reached by them.
    if (status == 0) {
        status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1,
                                  SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
    }
    if (status == 0) status = seccomp_load(filter);
    seccomp_release(filter);
    return status == 0 || hb_fail(err, HB_SYSTEM, "sandbox", "system calls cannot be given up: %s",
                                  strerror(-status));
}

// The process that makes PDF keeps exec and fork, so what it may not do is named instead.
static const int PRINTER_LACKS[] = {
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(keyctl),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(bpf),
    SCMP_SYS(chroot),
    SCMP_SYS(pivot_root),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
};

static bool forbid_network(hb_error *err) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter) return hb_out_of_memory(err);
    int status = 0;
    for (size_t i = 0; status == 0 && i < sizeof PRINTER_LACKS / sizeof PRINTER_LACKS[0]; i++) {
        status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), PRINTER_LACKS[i], 0);
    }
    if (status == 0) status = seccomp_load(filter);
    seccomp_release(filter);
    return status == 0 || hb_fail(err, HB_SYSTEM, "sandbox", "system calls cannot be given up: %s",
                                  strerror(-status));
}

// ---- files -------------------------------------------------------------------------------------

enum {
    FILES_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    FILES_WRITE = FILES_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                  LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
                  LANDLOCK_ACCESS_FS_REMOVE_DIR,
};

static bool allow(int rules, const char *path, uint64_t access, hb_error *err) {
    struct stat about;
    struct landlock_path_beneath_attr beneath = {.allowed_access = access,
                                                 .parent_fd = open(path, O_PATH | O_CLOEXEC)};
    if (beneath.parent_fd < 0) return true;  // what is not there cannot be opened either
    if (fstat(beneath.parent_fd, &about) == 0 && !S_ISDIR(about.st_mode)) {
        beneath.allowed_access &= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                  LANDLOCK_ACCESS_FS_EXECUTE;
    }
    long status = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    int why = errno;
    close(beneath.parent_fd);
    return status == 0 || hb_fail(err, HB_SYSTEM, "sandbox", "the folder %s cannot be kept: %s",
                                  path, strerror(why));
}

static bool allow_folder_of(int rules, const char *path, uint64_t access, hb_error *err) {
    char copy[4096], real[4096];
    if (!path || strncmp(path, "postgresql:", 11) == 0) return true;
    if (!realpath(path, real)) snprintf(real, sizeof real, "%s", path);  // links lead elsewhere
    snprintf(copy, sizeof copy, "%s", real);
    if (!allow(rules, dirname(copy), access, err)) return false;
    snprintf(copy, sizeof copy, "%s", path);
    return allow(rules, dirname(copy), access, err);
}

static bool allow_all(int rules, const web_options *o, hb_error *err) {
    const char *const FOLDERS[] = {o->agreement, o->rulebook, o->rulebooks, o->facilities,
                                   o->mappings};
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++) {
        if (FOLDERS[i] && !allow(rules, FOLDERS[i], FILES_READ, err)) return false;
    }
    return allow_folder_of(rules, o->scenario, FILES_READ, err) &&
           allow_folder_of(rules, o->store, FILES_WRITE, err) &&
           allow_folder_of(rules, o->db, FILES_WRITE, err) &&
           allow_folder_of(rules, o->local, FILES_WRITE, err);
}

// What the lists were made of is read again when a changed rulebook is held against this one.
static bool allow_sources(int rules, const web_site *site, hb_error *err) {
    char path[4096];
    for (uint32_t i = 0; site && i < site->n_lists; i++) {
        const web_list *list = site->lists[i];
        for (uint32_t s = 0; s < list->page.n_sources; s++) {
            hb_str one = list->page.sources[s].path;
            snprintf(path, sizeof path, "%.*s", (int)one.n, one.at);
            if (!allow(rules, path, FILES_READ, err)) return false;
        }
    }
    return true;
}

static int open_rules(hb_error *err) {
    struct landlock_ruleset_attr all = {
        .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | FILES_WRITE |
                             LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                             LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                             LANDLOCK_ACCESS_FS_MAKE_SYM};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (rules < 0) hb_fail(err, HB_SYSTEM, "sandbox", "Landlock: %s", strerror(errno));
    return rules;
}

static bool close_rules(int rules, bool ok, hb_error *err) {
    if (ok && syscall(SYS_landlock_restrict_self, rules, 0) != 0) {
        ok = hb_fail(err, HB_SYSTEM, "sandbox", "Landlock: %s", strerror(errno));
    }
    close(rules);
    return ok;
}

static bool has_landlock(void) {
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 1;
}

static bool forbid_files(const web_options *options, const web_site *site, hb_error *err) {
    int rules = open_rules(err);
    if (rules < 0) return false;
    bool ok = allow_all(rules, options, err) && allow_sources(rules, site, err);
    return close_rules(rules, ok, err);
}

// What programs, their libraries and fonts are made of.
static bool forbid_files_but_programs(hb_error *err) {
    static const char *const KEPT[] = {"/usr",
                                       "/bin",
                                       "/lib",
                                       "/lib64",
                                       "/etc/ld.so.cache",
                                       "/etc/fonts",
                                       "/etc/alternatives",
                                       "/etc/python3",
                                       "/etc/localtime",
                                       "/var/cache/fontconfig",
                                       "/dev/null",
                                       "/dev/urandom"};
    int rules = open_rules(err);
    bool ok = rules >= 0;
    for (size_t i = 0; ok && i < sizeof KEPT / sizeof KEPT[0]; i++) {
        ok = allow(rules, KEPT[i], FILES_READ | LANDLOCK_ACCESS_FS_EXECUTE, err);
    }
    return rules >= 0 && close_rules(rules, ok, err);
}

// ---- privileges --------------------------------------------------------------------------------

static bool drop_privileges(hb_error *err) {
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        syscall(SYS_capset, &head, none) != 0) {
        return hb_fail(err, HB_SYSTEM, "sandbox", "privileges cannot be given up: %s",
                       strerror(errno));
    }
    return true;
}

bool web_sandbox(const web_options *options, const web_site *site, hb_text *said, hb_error *err) {
    if (options->is_open) {
        hb_text_addf(said, "without the sandbox (--open): for debuggers only");
        return true;
    }
    bool has_files = has_landlock();
    if (!drop_privileges(err) || (has_files && !forbid_files(options, site, err)) ||
        !forbid_calls(err)) {
        return false;
    }
    if (!has_files) {
        hb_text_addf(said,
                     "this kernel has no Landlock: files are not restricted, system calls are");
    }
    return true;
}

bool web_sandbox_printer(hb_error *err) {
    return drop_privileges(err) && (!has_landlock() || forbid_files_but_programs(err)) &&
           forbid_network(err);
}
