/*
 * Faults between a process and its disk and its clock, for tests. Loaded into the process by LD_PRELOAD; what it does is
 * ruled by a small file, FAULTS_CONTROL, that both sides map: FaultShim.java has the same fields in the same order.
 *
 * A crash at the n-th sync comes before it, after it, or torn: then it is what a power cut leaves. Of the bytes of the
 * .xd files that were not synced yet, a random part is cut off or zero, and new files whose directory was not synced yet
 * may be gone. What was synced is never touched. A sync that fails leaves of its file what a power cut would.
 *
 * Limits: it knows files that are written from front to end, over zeros at most, as Xodus's log files are; it sees what
 * goes through libc, and that is all that a JVM does; files that were removed do not come back.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum crash { BEFORE = 1, AFTER = 2, TORN = 3 };
enum failure { WRITES = 1, SYNCS = 2, SYNCS_OF_FRESH_FILES = 3, SYNCS_OF_DIRECTORIES = 4, IN_BACKGROUND = 5 };

struct control {
    int64_t syncs;             /* written here: how many were asked for */
    int64_t crash_at;          /* number of the sync, from 1; 0 never */
    int64_t crash_how;         /* enum crash */
    int64_t seed;              /* of what a torn crash does */
    int64_t swallow_syncs;     /* 1: say that it is synced, and do nothing */
    int64_t delay_micros;      /* before each sync */
    int64_t wall_shift_millis; /* added to the wall clock, and to no other */
    int64_t fail_what;         /* enum failure: EIO */
    int64_t fail_from;         /* number of the first one that fails, from 1; all later ones fail too */
    int64_t fail_seen;         /* written here: how many of that kind there were */
};

/* A file of the store, and how much of it is on disk whatever happens. */
struct file {
    dev_t device;
    ino_t inode;
    off_t synced;
    off_t dirty_from; /* written since then: from here, */
    off_t dirty_to;   /* to here; the same when nothing was */
    int fresh; /* not synced yet since it was created */
    int named; /* its name is on disk: the directory was synced since it was created */
    char path[512];
};

enum { MAX_FILES = 4096, SECTOR = 512 };

static struct control none;
static struct control *control = &none;
static struct file files[MAX_FILES];
static int file_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void start(void) {
    real_clock_gettime = (int (*)(clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
    const char *path = getenv("FAULTS_CONTROL");
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    void *mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped != MAP_FAILED) {
        control = mapped;
    }
    close(fd);
}

static int64_t get(int64_t *field) {
    return __atomic_load_n(field, __ATOMIC_SEQ_CST);
}

static int64_t count(int64_t *field) {
    return __atomic_add_fetch(field, 1, __ATOMIC_SEQ_CST);
}

/* The path of a descriptor; 0 unless it is a log file of the store. */
static int store_path(int fd, char *path, size_t size) {
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 3) {
        return 0;
    }
    path[length] = 0;
    return strcmp(path + length - 3, ".xd") == 0;
}

static int is_directory(int fd) {
    struct stat found;
    return fstat(fd, &found) == 0 && S_ISDIR(found.st_mode);
}

/* What is known of a log file; one that is new to us is on disk as it is, unless it is empty. The lock is held. */
static struct file *known(int fd, const char *path) {
    struct stat found;
    if (fstat(fd, &found) != 0) {
        return NULL;
    }
    struct file *file = NULL;
    for (int i = file_count - 1; i >= 0 && file == NULL; i--) {
        if (files[i].inode == found.st_ino && files[i].device == found.st_dev && strcmp(files[i].path, path) == 0) {
            file = &files[i];
        }
    }
    if (file == NULL && file_count < MAX_FILES) {
        file = &files[file_count++];
        file->device = found.st_dev;
        file->inode = found.st_ino;
        file->synced = found.st_size;
        file->dirty_from = file->dirty_to = found.st_size;
        file->fresh = found.st_size == 0;
        file->named = found.st_size > 0;
        snprintf(file->path, sizeof file->path, "%s", path);
    }
    if (file != NULL && found.st_size < file->synced) {
        file->synced = found.st_size; /* it was truncated */
    }
    return file;
}

static int in_background(void) {
    char name[17] = "";
    prctl(PR_GET_NAME, name);
    return strcmp(name, "committer") != 0 && strcmp(name, "main") != 0 && strcmp(name, "java") != 0;
}

/* Whether this is to fail, which is one of a kind. */
static int fails(enum failure what) {
    return get(&control->fail_what) == what && count(&control->fail_seen) >= get(&control->fail_from);
}

static int io_error(void) {
    errno = EIO;
    return -1;
}

static void remember_write(struct file *file, off_t from, off_t to) {
    int clean = file->dirty_from == file->dirty_to;
    file->dirty_from = clean || from < file->dirty_from ? from : file->dirty_from;
    file->dirty_to = clean || to > file->dirty_to ? to : file->dirty_to;
}

/* Before a write: 0, or -1 for one that is to fail. */
static int before_write(int fd, off_t offset, size_t length) {
    char path[512];
    int saved = errno;
    if (control == &none || !store_path(fd, path, sizeof path)) {
        errno = saved;
        return 0;
    }
    pthread_mutex_lock(&lock);
    struct file *file = known(fd, path);
    off_t from = offset < 0 ? lseek(fd, 0, SEEK_CUR) : offset;
    if (file != NULL && from >= 0) {
        remember_write(file, from, from + length);
    }
    pthread_mutex_unlock(&lock);
    errno = saved;
    if (fails(WRITES) || (in_background() && fails(IN_BACKGROUND))) {
        return io_error();
    }
    return 0;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    return before_write(fd, -1, length) ? -1 : syscall(SYS_write, fd, bytes, length);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return before_write(fd, offset, length) ? -1 : syscall(SYS_pwrite64, fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    return before_write(fd, offset, length) ? -1 : syscall(SYS_pwrite64, fd, bytes, length, offset);
}

static uint64_t next_random(uint64_t *state) { /* splitmix64 */
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* Whether a sector of those that were not synced is lost: any of them, all behind some place, or one. */
static int is_lost(int how, long sector, long chosen, uint64_t *random) {
    return how == 0 ? next_random(random) % 2 : how == 1 ? sector >= chosen : sector == chosen;
}

/* Leaves of the bytes that were not synced what a power cut may leave of them: zeros were there before. */
static void tear_end(int fd, struct file *file, off_t size, uint64_t *random) {
    static const char zeros[SECTOR];
    if (size > file->synced && next_random(random) % 2) {
        size = file->synced + next_random(random) % (size - file->synced + 1);
        if (ftruncate(fd, size) != 0) {
            abort();
        }
    }
    off_t from = file->dirty_from < file->synced ? file->dirty_from : file->synced;
    off_t to = file->dirty_to < size ? file->dirty_to : size;
    if (from >= to) {
        return;
    }
    int how = next_random(random) % 3;
    long chosen = from / SECTOR + next_random(random) % ((to - 1) / SECTOR - from / SECTOR + 1);
    for (off_t at = from; at < to; at = (at / SECTOR + 1) * SECTOR) {
        off_t end = (at / SECTOR + 1) * SECTOR;
        size_t length = (end < to ? end : to) - at;
        if (is_lost(how, at / SECTOR, chosen, random) && syscall(SYS_pwrite64, fd, zeros, length, at) < 0) {
            abort();
        }
    }
}

static void tear(struct file *file, uint64_t *random) {
    if (!file->named && next_random(random) % 2) {
        unlink(file->path);
        return;
    }
    int fd = open(file->path, O_RDWR | O_CLOEXEC);
    struct stat found;
    if (fd < 0) {
        return;
    }
    if (fstat(fd, &found) == 0 && found.st_ino == file->inode) {
        tear_end(fd, file, found.st_size, random);
    }
    close(fd);
}

/* After a failed sync the kernel forgets what it could not write. */
static void lose(struct file *file) {
    uint64_t random = get(&control->seed);
    pthread_mutex_lock(&lock);
    if (file != NULL) {
        tear(file, &random);
    }
    pthread_mutex_unlock(&lock);
}

static void end_at_once(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) {
        pause();
    }
}

static int fails_sync(int directory, struct file *file) {
    return fails(SYNCS) || (directory && fails(SYNCS_OF_DIRECTORIES))
            || (file != NULL && file->fresh && fails(SYNCS_OF_FRESH_FILES))
            || (file != NULL && in_background() && fails(IN_BACKGROUND));
}

/* The names of all log files in a directory are on disk. */
static void remember_names(int directory) {
    char path[512];
    DIR *listing = fdopendir(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (listing == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        int fd = openat(directory, entry->d_name, O_RDONLY | O_CLOEXEC);
        struct file *file = fd >= 0 && store_path(fd, path, sizeof path) ? known(fd, path) : NULL;
        if (file != NULL) {
            file->named = 1;
        }
        if (fd >= 0) {
            close(fd);
        }
    }
    closedir(listing);
}

static int sync_by(long call, int fd) {
    if (control == &none) {
        return syscall(call, fd);
    }
    char path[512];
    struct stat found;
    int directory = is_directory(fd);
    pthread_mutex_lock(&lock);
    struct file *file = store_path(fd, path, sizeof path) ? known(fd, path) : NULL;
    off_t size = file != NULL && fstat(fd, &found) == 0 ? found.st_size : 0;
    int fail = fails_sync(directory, file);
    int64_t number = count(&control->syncs);
    int crash = number == get(&control->crash_at) ? get(&control->crash_how) : 0;
    if (crash == TORN) {
        uint64_t random = get(&control->seed);
        for (int i = 0; i < file_count; i++) {
            tear(&files[i], &random);
        }
    }
    if (crash == BEFORE || crash == TORN) {
        end_at_once();
    }
    pthread_mutex_unlock(&lock);
    if (get(&control->delay_micros) > 0) {
        usleep(get(&control->delay_micros));
    }
    if (fail) {
        lose(file);
        return io_error();
    }
    int result = get(&control->swallow_syncs) ? 0 : syscall(call, fd);
    if (crash == AFTER) {
        end_at_once();
    }
    pthread_mutex_lock(&lock);
    if (result == 0 && file != NULL) {
        file->fresh = 0;
        file->synced = size;
        file->dirty_from = file->dirty_to = size;
    }
    if (result == 0 && directory) {
        remember_names(fd);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int fsync(int fd) {
    return sync_by(SYS_fsync, fd);
}

int fdatasync(int fd) {
    return sync_by(SYS_fdatasync, fd);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = real_clock_gettime == NULL ? (int) syscall(SYS_clock_gettime, clock, time)
                                            : real_clock_gettime(clock, time);
    int64_t shift = get(&control->wall_shift_millis);
    if (result == 0 && shift != 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t nanos = time->tv_nsec + (shift % 1000) * 1000000;
        time->tv_sec += shift / 1000 + (nanos >= 1000000000) - (nanos < 0);
        time->tv_nsec = (nanos + 1000000000) % 1000000000;
    }
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void) zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result != NULL) {
        *result = now.tv_sec;
    }
    return now.tv_sec;
}
