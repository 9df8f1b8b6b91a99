#define _GNU_SOURCE
#include "CParleySystem.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_on(const struct addrinfo *address, int backlog) {
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int yes = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, backlog) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

int parley_listen(const char *host, uint16_t port, int backlog, int *resolver_error) {
    char service[8];
    snprintf(service, sizeof service, "%u", (unsigned)port);
    struct addrinfo hints, *found = NULL;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV | AI_NUMERICHOST;
    // Literal addresses first: they need no resolver, whose configuration may be slow or absent.
    int error = getaddrinfo(host, service, &hints, &found);
    if (error != 0) {
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
        error = getaddrinfo(host, service, &hints, &found);
    }
    *resolver_error = error;
    if (error != 0) return -1;
    int fd = -1;
    for (const struct addrinfo *one = found; one != NULL && fd < 0; one = one->ai_next) fd = listen_on(one, backlog);
    int saved = errno;
    freeaddrinfo(found);
    errno = saved;
    return fd;
}

const char *parley_resolver_message(int resolver_error) { return gai_strerror(resolver_error); }

static int family(int descriptor) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    return getsockname(descriptor, (struct sockaddr *)&address, &length) == 0 ? address.ss_family : -1;
}

int parley_is_unix_socket(int descriptor) { return family(descriptor) == AF_UNIX; }

// Abstract names begin with a zero byte, which has no place in a text.
static int unix_address(const struct sockaddr_un *address, socklen_t length, char *text, size_t capacity) {
    size_t count = length - offsetof(struct sockaddr_un, sun_path);
    int is_abstract = count > 0 && address->sun_path[0] == 0;
    if (!is_abstract) count = strnlen(address->sun_path, count);
    if (count >= capacity) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(text, address->sun_path, count);
    if (is_abstract) text[0] = '@';
    text[count] = 0;
    return 0;
}

int parley_bound_address(int descriptor, char *text, size_t capacity) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0) return -1;
    if (address.ss_family == AF_UNIX) return unix_address((struct sockaddr_un *)&address, length, text, capacity);
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (getnameinfo((struct sockaddr *)&address, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    const char *form = address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s";
    int written = snprintf(text, capacity, form, host, port);
    if (written >= 0 && (size_t)written < capacity) return 0;
    errno = ENAMETOOLONG;
    return -1;
}

static int option(int descriptor, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : -1;
}

int parley_adopt_listener(int descriptor) {
    int listens = option(descriptor, SO_ACCEPTCONN);
    if (listens < 0) return -1;
    if (!listens) {
        errno = EINVAL;
        return -1;
    }
    int domain = family(descriptor);
    if (option(descriptor, SO_TYPE) != SOCK_STREAM || (domain != AF_INET && domain != AF_INET6 && domain != AF_UNIX)) {
        errno = EPROTOTYPE;
        return -1;
    }
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0) return -1;
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

int parley_backlog(int descriptor, uint32_t *waiting, uint32_t *limit) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    memset(&info, 0, sizeof info);
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return -1;
    if (info.tcpi_state != TCP_LISTEN) {
        errno = EINVAL;
        return -1;
    }
    // Of a listening socket these mean its queue (tcp(7) does not say so; the kernel's tcp_get_info does).
    *waiting = info.tcpi_unacked;
    *limit = info.tcpi_sacked;
    return 0;
}

int parley_socket_pair(int descriptors[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, descriptors);
}

int parley_pipe(int descriptors[2]) { return pipe2(descriptors, O_NONBLOCK | O_CLOEXEC); }

ssize_t parley_send(int descriptor, const void *bytes, size_t count) {
    ssize_t sent;
    do {
        sent = send(descriptor, bytes, count, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

ssize_t parley_send_to(int descriptor, const char *address, const void *bytes, size_t count) {
    struct sockaddr_un to;
    size_t length = strlen(address);
    if (length >= sizeof to.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memset(&to, 0, sizeof to);
    to.sun_family = AF_UNIX;
    memcpy(to.sun_path, address, length);
    // The zero byte at a path's end belongs to it; an abstract name ends with its length.
    int is_abstract = address[0] == '@';
    if (is_abstract) to.sun_path[0] = 0;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (is_abstract ? 0 : 1));
    ssize_t sent;
    do {
        sent = sendto(descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&to, size);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

ssize_t parley_receive(int descriptor, void *bytes, size_t capacity) {
    ssize_t received;
    do {
        received = recv(descriptor, bytes, capacity, 0);
    } while (received < 0 && errno == EINTR);
    return received;
}

void *parley_map_shared(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void parley_unmap(void *memory, size_t size) { munmap(memory, size); }
