// Between fork and exec only calls that are safe after a fork of a threaded program are made: no allocation, no locks.

#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

enum { most_groups = 256 };

struct failure {
    int error;
    enum mneme_process_step step;
};

/// Tells the parent what failed, and ends.
static _Noreturn void fail(int report, enum mneme_process_step step) {
    struct failure failure = {errno, step};
    ssize_t written = write(report, &failure, sizeof failure);
    (void)written;
    _exit(127);
}

static void close_on_exec_from(int first) {
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, first, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */) == 0) return;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 65536) limit = 65536;
    for (int descriptor = first; descriptor < limit; descriptor++) {
        int flags = fcntl(descriptor, F_GETFD);
        if (flags >= 0) fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC);
    }
}

static _Noreturn void become(const struct mneme_process *process, const gid_t *groups, int group_count, pid_t parent,
                             int report) {
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);

    // Copies above the standard descriptors first, so that none is overwritten before it is used.
    int wanted[3] = {process->standard_input, process->standard_output, process->standard_error};
    int copies[3];
    for (int i = 0; i < 3; i++) {
        int source = wanted[i] >= 0 ? wanted[i] : open("/dev/null", O_RDWR | O_CLOEXEC);
        if (source < 0) fail(report, mneme_process_step_descriptors);
        copies[i] = fcntl(source, F_DUPFD_CLOEXEC, 3);
        if (copies[i] < 0) fail(report, mneme_process_step_descriptors);
    }
    for (int i = 0; i < 3; i++) {
        if (dup2(copies[i], i) < 0) fail(report, mneme_process_step_descriptors);
    }
    close_on_exec_from(3);

    if (process->user_name != NULL) {
        if (setgroups((size_t)group_count, groups) != 0) fail(report, mneme_process_step_groups);
        if (setgid(process->group) != 0) fail(report, mneme_process_step_user);
        if (setuid(process->user) != 0) fail(report, mneme_process_step_user);
    }
    if (process->working_directory != NULL && chdir(process->working_directory) != 0) {
        fail(report, mneme_process_step_working_directory);
    }
#ifdef __linux__
    // A change of user clears the setting, so it comes after; a parent that died before it is found by its identifier.
    if (process->parent_death_signal != 0) {
        if (prctl(PR_SET_PDEATHSIG, process->parent_death_signal) != 0 || getppid() != parent) {
            fail(report, mneme_process_step_orphaned);
        }
    }
#else
    (void)parent;
#endif
    execve(process->executable, process->arguments, process->environment);
    fail(report, mneme_process_step_execute);
}

int mneme_process_start(const struct mneme_process *process, pid_t *identifier, enum mneme_process_step *failed) {
    *failed = mneme_process_step_none;
    gid_t groups[most_groups];
    int group_count = 0;
    if (process->user_name != NULL) {
        group_count = most_groups;
        if (getgrouplist(process->user_name, process->group, groups, &group_count) < 0) {
            *failed = mneme_process_step_groups;
            return E2BIG;
        }
    }
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) {
        *failed = mneme_process_step_fork;
        return errno;
    }

    // No handler of ours may run in the child before it has reset them.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        close(report[0]);
        // The report's descriptor must not be one that the child's standard descriptors replace.
        int kept = fcntl(report[1], F_DUPFD_CLOEXEC, 3);
        become(process, groups, group_count, parent, kept < 0 ? report[1] : kept);
    }
    int fork_error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    if (child < 0) {
        close(report[0]);
        *failed = mneme_process_step_fork;
        return fork_error;
    }

    // The pipe closes by itself when the new program starts.
    struct failure failure;
    ssize_t count;
    do count = read(report[0], &failure, sizeof failure);
    while (count < 0 && errno == EINTR);
    close(report[0]);
    if (count == (ssize_t)sizeof failure) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        *failed = failure.step;
        return failure.error != 0 ? failure.error : ESRCH;
    }
    *identifier = child;
    return 0;
}

int mneme_process_await(pid_t identifier) {
    siginfo_t info;
    while (waitid(P_PID, (id_t)identifier, &info, WEXITED | WNOWAIT) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

int mneme_process_reap(pid_t identifier, int *exit_code, int *signal_number) {
    int status;
    while (waitpid(identifier, &status, 0) < 0) {
        if (errno != EINTR) return errno;
    }
    *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    *signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return 0;
}
