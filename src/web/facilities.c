// The facility files, read and checked when the server starts. A return with an error is refused
// with the whole start: a page must not show a place as better known than its file is.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/site.h"

static int is_return(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);
    return n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0;
}

bool web_facilities_open(web_site *site, hb_errors *errors) {
    const web_options *o = site->options;
    char path[4096];
    struct dirent **entries = NULL;
    if (!o->facilities) return true;
    snprintf(path, sizeof path, "%s/conditions", o->rulebooks);
    if (!(site->conditions = conditions_law_load(path, errors))) return false;
    int n = scandir(o->facilities, &entries, is_return, alphasort);
    bool ok = n >= 0;
    if (!ok) {
        hb_error err = {0};
        hb_fail(&err, HB_INPUT, "cannot-open", "the folder of facilities cannot be read");
        hb_error_file(&err, hb_str_from(o->facilities));
        hb_errors_add(errors, &err);
    }
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", o->facilities, entries[i]->d_name);
        free(entries[i]);
        if (!ok || site->n_facilities == WEB_FACILITIES) continue;
        conditions_return *one = conditions_return_read(site->conditions, path, errors);
        hb_error err = {0};
        ok = one != NULL && hb_hash_file(path, &site->facility_files[site->n_facilities], &err);
        if (one) site->facilities[site->n_facilities++] = one;
        if (err.kind != HB_NONE) hb_errors_add(errors, &err);
    }
    free(entries);
    return ok;
}

void web_facilities_close(web_site *site) {
    for (uint32_t i = 0; i < site->n_facilities; i++) conditions_return_close(site->facilities[i]);
    conditions_law_close(site->conditions);
}

const conditions_return *web_facility_find(const web_site *site, hb_str id) {
    for (uint32_t i = 0; i < site->n_facilities; i++) {
        if (hb_str_equal(conditions_return_facility(site->facilities[i]), id))
            return site->facilities[i];
    }
    return NULL;
}

const conditions_return *web_facility_of_file(const web_site *site, hb_hash sha256) {
    for (uint32_t i = 0; i < site->n_facilities; i++) {
        if (memcmp(&site->facility_files[i], &sha256, sizeof sha256) == 0)
            return site->facilities[i];
    }
    return NULL;
}
