// Styles, fonts and the little script, read once into memory: nothing is opened while serving. An
// address carries the version of all of them together, so a browser may keep them for a year.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "web/site.h"

enum { ASSETS_MAX = 400, ASSET_BYTES = 4 << 20, DEPTH = 4 };

static const struct {
    const char *ending, *type;
} TYPES[] = {
    {".css",   "text/css; charset=utf-8"       },
    {".html",  "text/html; charset=utf-8"      },
    {".js",    "text/javascript; charset=utf-8"},
    {".svg",   "image/svg+xml"                 },
    {".png",   "image/png"                     },
    {".woff2", "font/woff2"                    },
    {".txt",   "text/plain; charset=utf-8"     },
};

static const char *type_of(const char *name) {
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        size_t n_ending = strlen(TYPES[i].ending);
        if (n > n_ending && strcmp(name + n - n_ending, TYPES[i].ending) == 0) return TYPES[i].type;
    }
    return NULL;
}

static bool load_file(web_assets *assets, const char *path, const char *name, hb_error *err) {
    const char *type = type_of(name);
    if (!type) return true;
    if (assets->n == ASSETS_MAX) {
        return hb_fail(err, HB_LIMIT, "assets", "more than %d files of styles", ASSETS_MAX);
    }
    web_asset *asset = &assets->all[assets->n];
    if (strlen(name) >= sizeof asset->name) {
        return hb_fail(err, HB_LIMIT, "assets", "the name of a file of styles is too long");
    }
    if (!hb_read_file(path, ASSET_BYTES, &asset->bytes, err)) return false;
    snprintf(asset->name, sizeof asset->name, "%s", name);
    asset->type = type;
    char hex[65];
    hb_hash_hex(hb_sha256(asset->bytes.at, asset->bytes.n), hex);
    snprintf(asset->etag, sizeof asset->etag, "\"%.16s\"", hex);
    assets->n++;
    return true;
}

static bool load_folder(web_assets *assets, const char *folder, const char *under, int depth,
                        hb_error *err) {
    bool ok = true;
    DIR *dir = opendir(folder);
    if (!dir) {
        hb_fail(err, HB_SYSTEM, "assets", "the folder of styles cannot be read: %s",
                strerror(errno));
        hb_error_file(err, hb_str_from(folder));
        hb_error_help(err, "make serve gets them");
        return false;
    }
    for (struct dirent *entry; ok && (entry = readdir(dir));) {
        char path[4096], name[4096];
        struct stat about;
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        snprintf(name, sizeof name, "%s%s", under, entry->d_name);
        if (stat(path, &about) != 0) continue;
        if (S_ISDIR(about.st_mode) && depth < DEPTH) {
            snprintf(name, sizeof name, "%s%s/", under, entry->d_name);
            ok = load_folder(assets, path, name, depth + 1, err);
        } else if (S_ISREG(about.st_mode)) {
            ok = load_file(assets, path, name, err);
        }
    }
    closedir(dir);
    return ok;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const web_asset *)a)->name, ((const web_asset *)b)->name);
}

bool web_assets_load(web_assets *assets, const char *folder, hb_error *err) {
    if (!(assets->all = calloc(ASSETS_MAX, sizeof *assets->all))) return hb_out_of_memory(err);
    if (!load_folder(assets, folder, "", 0, err)) return false;
    qsort(assets->all, assets->n, sizeof *assets->all, by_name);
    hb_sha256_state all;
    char hex[65];
    hb_sha256_start(&all);
    for (uint32_t i = 0; i < assets->n; i++) {
        hb_sha256_add(&all, assets->all[i].name, strlen(assets->all[i].name) + 1);
        hb_sha256_add(&all, assets->all[i].etag, sizeof assets->all[i].etag);
    }
    hb_hash_hex(hb_sha256_end(&all), hex);
    snprintf(assets->version, sizeof assets->version, "%.12s", hex);
    return true;
}

void web_assets_clear(web_assets *assets) {
    for (uint32_t i = 0; i < assets->n; i++) hb_bytes_clear(&assets->all[i].bytes);
    free(assets->all);
    *assets = (web_assets){0};
}

const web_asset *web_asset_find(const web_assets *assets, hb_str name) {
    for (uint32_t i = 0; i < assets->n; i++) {
        if (hb_str_equal(hb_str_from(assets->all[i].name), name)) return &assets->all[i];
    }
    return NULL;
}
