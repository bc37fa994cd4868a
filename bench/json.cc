// What libsimdjson alone takes to parse a transfer list, a line a document, into its own tree: the
// measure of how fast a list can be read. A line of name, value, unit and number, parted by tabs.
// usage: bench-json NAME LIST
#include <sys/resource.h>

#include <cstdio>
#include <cstring>
#include <string>

#include <simdjson.h>

static double processor_seconds() {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](const timeval &at) { return (double)at.tv_sec + (double)at.tv_usec / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    std::FILE *file = std::fopen(argv[2], "rb");
    if (!file) return std::perror(argv[2]), 1;
    simdjson::dom::parser parser;
    std::string line;
    char *at = nullptr;
    size_t room = 0;
    unsigned long long n_lines = 0, n_bytes = 0;
    double start = processor_seconds();
    for (ssize_t n; (n = getline(&at, &room, file)) > 0; n_lines++) {
        line.reserve((size_t)n + simdjson::SIMDJSON_PADDING);
        line.assign(at, (size_t)n);
        simdjson::dom::element document;
        if (parser.parse(line.data(), line.size(), false).get(document)) return 1;
        n_bytes += (unsigned long long)n;
    }
    double seconds = processor_seconds() - start;
    std::printf("libsimdjson alone: %s\t%.4g\ts\t%llu\n", argv[1], seconds, n_lines);
    std::printf("libsimdjson alone, bytes a second: %s\t%.4g\tMB/s\t%llu\n", argv[1], (double)n_bytes / 1e6 / seconds, n_lines);
    std::free(at);
    std::fclose(file);
    return 0;
}
