/* r1_spawn executes a table of system calls in a fresh clone(); syscalls.py has the same loop in Python.
 * r1_serve is runner.begin and runner.finish for runs that end by themselves within 10 ms, as most do: each page that Python
 * writes between two clones must be copied. Without this library everything works, but runs cost a third more. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct step { long number, args[6], may_fail; };
#define PREVIOUS (-0x72317231L)

long r1_spawn(long flags, const struct step *steps, long count, volatile long *report) {
    long pid = syscall(SYS_clone, flags, 0, 0, 0, 0);
    if (pid) return pid < 0 ? -errno : pid;
    long previous = 0;
    for (long i = 0; i < count; i++) {
        long a[6];
        for (int k = 0; k < 6; k++) a[k] = steps[i].args[k] == PREVIOUS ? previous : steps[i].args[k];
        previous = syscall(steps[i].number, a[0], a[1], a[2], a[3], a[4], a[5]);
        if (previous < 0 && !steps[i].may_fail) {
            report[1] = errno;
            report[0] = i + 1;
            syscall(SYS_exit_group, 255);
        }
    }
    return 0;
}

struct job { /* packets.Job */
    uint8_t mode, has_artifact, has_link, link_is_stdio;
    uint32_t processes;
    double cpu_s, wall_s;
    uint64_t memory, file, tmpfs, address, output;
};
struct __attribute__((packed)) result { /* packets.Result */
    int32_t status;
    uint8_t reason, survivors, pad[2];
    uint32_t error;
    double cpu_s, wall_s;
    uint64_t peak;
};
struct desk { /* jail.Desk: a jail's table, the parts that change from run to run, and the current run */
    struct step *steps;
    long count, flags;
    volatile long *report;
    char *tmpfs;
    const char *tmpfs_format;
    uint64_t *limits[4]; /* CPU, FSIZE, NPROC, AS: soft and hard */
    long sources[6];     /* the steps that place descriptors: payload, stdin, stdout, stderr, artifact, link */
    struct job job;
    double started_s;
};

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void set(uint64_t *pair, uint64_t value) { pair[0] = pair[1] = value; }

/* The same as jail.Jail.spawn. */
static void prepare(struct desk *d, const int *fds, int n) {
    snprintf(d->tmpfs, 128, d->tmpfs_format, (unsigned long)d->job.tmpfs);
    set(d->limits[0], (uint64_t)d->job.cpu_s + 2);
    set(d->limits[1], d->job.file);
    set(d->limits[2], d->job.processes);
    set(d->limits[3], d->job.address ? d->job.address : ~0UL);
    for (int i = 0; i < 4; i++) d->steps[d->sources[i]].args[0] = fds[i];
    d->steps[d->sources[4]].args[0] = d->job.has_artifact ? fds[4] : -1;
    d->steps[d->sources[5]].args[0] = d->job.has_link ? fds[n - 1] : -1;
    for (int i = 1; i < 3 && d->job.link_is_stdio; i++) d->steps[d->sources[i]].args[0] = fds[n - 1];
}

/* Whether the run ends before the meter would look at it for the first time, and before the host sends anything. */
static int ends_at_once(int control, long pid, double cpu_s) {
    int pidfd = syscall(SYS_pidfd_open, pid, 0);
    struct pollfd ends[2] = {{pidfd, POLLIN, 0}, {control, POLLIN, 0}};
    int ready = pidfd < 0 ? 0 : poll(ends, 2, cpu_s < 0.01 ? 2 : 10);
    close(pidfd);
    return ready > 0 && ends[0].revents;
}

static void answer(int control, long pid, double started_s) {
    struct rusage used;
    int status;
    wait4(pid, &status, 0, &used);
    struct result result = {.status = status, .wall_s = now_s() - started_s, .peak = used.ru_maxrss * 1024};
    result.cpu_s = used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    result.survivors = kill(-1, 0) == 0;
    send(control, &result, sizeof result, 0);
}

/* Returns 0 in a child, the pid of a run that needs watching, or a negative errno of clone. Exits when the host is gone. */
long r1_serve(int control, struct desk *d) {
    for (;;) {
        char space[CMSG_SPACE(8 * sizeof(int))];
        struct iovec part = {&d->job, sizeof d->job};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
        long size = recvmsg(control, &message, 0);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) _exit(0);
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        if (size != sizeof d->job || !head) continue; /* a kill that arrived after the end of its run */
        int n = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int), fds[8];
        memcpy(fds, CMSG_DATA(head), n * sizeof(int));
        prepare(d, fds, n);
        d->started_s = now_s();
        d->report[0] = d->report[1] = 0;
        long pid = r1_spawn(d->flags, d->steps, d->count, d->report);
        if (pid == 0) return 0;
        for (int i = 0; i < n; i++) close(fds[i]);
        if (pid < 0 || !ends_at_once(control, pid, d->job.cpu_s) || d->report[0]) return pid;
        answer(control, pid, d->started_s);
    }
}
