// Starts a child process. Swift cannot call fork, and posix_spawn can neither change the user nor ask for a signal at
// the parent's death.
#pragma once

#include <sys/types.h>

/// What to start. All strings and arrays are borrowed for the call.
struct mneme_process {
    const char *_Nonnull executable;
    /// Both end with NULL.
    char *_Nullable const *_Nonnull arguments;
    char *_Nullable const *_Nonnull environment;
    /// The folder to start in, or NULL for the caller's.
    const char *_Nullable working_directory;
    /// Descriptors that become 0, 1 and 2 of the child; below 0: /dev/null.
    int standard_input;
    int standard_output;
    int standard_error;
    /// Sent to the child when the calling *thread* ends; 0: none. Linux only.
    int parent_death_signal;
    /// The user to become, with all groups of that user; NULL: stay. Only root can change.
    const char *_Nullable user_name;
    uid_t user;
    gid_t group;
};

/// Where starting failed.
enum mneme_process_step {
    mneme_process_step_none = 0,
    mneme_process_step_fork,
    mneme_process_step_groups,
    mneme_process_step_user,
    mneme_process_step_working_directory,
    mneme_process_step_descriptors,
    mneme_process_step_orphaned,
    mneme_process_step_execute,
};

/// Starts the process in a process group of its own, with default signal handling and no other descriptor of the caller.
/// Returns 0 and sets `identifier` once the new program runs; else returns an errno and sets `failed`.
int mneme_process_start(const struct mneme_process *_Nonnull process, pid_t *_Nonnull identifier,
                        enum mneme_process_step *_Nonnull failed);

/// Waits for the child to end and leaves it as a zombie, so that its identifier stays taken until `mneme_process_reap`.
/// Returns 0 or an errno.
int mneme_process_await(pid_t identifier);

/// Removes the zombie. `exit_code` is below 0 when a signal ended it, whose number is then in `signal_number`.
/// Returns 0 or an errno.
int mneme_process_reap(pid_t identifier, int *_Nonnull exit_code, int *_Nonnull signal_number);
