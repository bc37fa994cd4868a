// The least that libmicrohttpd can do, as its own example does it: one page from memory for
// everybody. What `habeas serve` answers is measured against it in the same run (web.py). usage:
// hello PORT
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static enum MHD_Result answer(void *to, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *n_upload, void **state) {
    static char page[] =
        "<html><head><title>libmicrohttpd demo</title></head><body>hello</body></html>";
    static int seen;
    (void)to, (void)url, (void)method, (void)version, (void)upload, (void)n_upload;
    if (*state != &seen) {
        *state = &seen;
        return MHD_YES;
    }
    *state = NULL;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(sizeof page - 1, page, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)strtoul(argv[1], NULL, 10), NULL,
                         NULL, answer, NULL, MHD_OPTION_THREAD_POOL_SIZE, 2u, MHD_OPTION_END);
    if (!daemon) return 4;
    pause();
    MHD_stop_daemon(daemon);
    return 0;
}
