// Opens everything that is read once, in the order in which a mistake is best told: the rulebook,
// the agreement, its lists, the register, the accounts, the audit, the styles.
#include "web/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verify/change.h"

enum { REQUEST_BYTES = 96 << 20, START_BYTES = 32 << 20 };

// ---- workers -----------------------------------------------------------------------------------

static void close_worker(const web_site *site, web_worker *w) {
    if (!w) return;
    for (uint32_t i = 0; w->readers && i < site->n_lists; i++) intake_reader_close(w->readers[i]);
    free(w->readers);
    register_close(w->log);
    verify_changer_close(w->changer);
    rulebook_bench_close(w->bench);
    hb_json_reader_close(w->json);
    hb_arena_close(w->arena);
    free(w);
}

static int64_t seconds_now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec;
}

static bool must_stop(void *to) {
    const web_worker *w = to;
    return w->site->is_ending || (w->until && seconds_now() > w->until);
}

void web_worker_limit(web_worker *worker, int64_t seconds) {
    worker->until = seconds_now() + seconds;
}

static web_worker *open_worker(web_site *site, hb_error *err) {
    const web_options *o = site->options;
    web_worker *w = calloc(1, sizeof *w);
    if (!w) {
        hb_out_of_memory(err);
        return NULL;
    }
    w->site = site;
    w->arena = hb_arena_open(REQUEST_BYTES);
    w->readers = calloc(sizeof site->lists / sizeof site->lists[0], sizeof *w->readers);
    w->json = hb_json_reader_open();
    bool ok = (w->arena && w->readers && w->json) || hb_out_of_memory(err);
    ok = ok && (w->bench = rulebook_bench_open(site->rb, err));
    if (ok && o->db) ok = (w->log = register_open(o->db, o->local, REGISTER_READ, err)) != NULL;
    if (ok && w->log) register_stop_when(w->log, must_stop, w);
    if (ok) return w;
    close_worker(site, w);
    return NULL;
}

web_worker *web_worker_take(web_site *site, hb_error *err) {
    pthread_mutex_lock(&site->lock);
    web_worker *w = site->free_workers;
    if (w) site->free_workers = w->next;
    pthread_mutex_unlock(&site->lock);
    return w ? w : open_worker(site, err);
}

void web_worker_give(web_site *site, web_worker *worker) {
    hb_arena_reset(worker->arena);
    worker->until = 0;
    pthread_mutex_lock(&site->lock);
    worker->next = site->free_workers;
    site->free_workers = worker;
    pthread_mutex_unlock(&site->lock);
}

register_log *web_register(web_request *r, hb_error *err) {
    if (r->worker->log) return r->worker->log;
    hb_fail(err, HB_INPUT, "no-register", "this server was started without a register");
    return NULL;
}

rulebook_bench *web_bench(web_request *r) {
    return r->worker->bench;
}

// ---- opening -----------------------------------------------------------------------------------

static bool add(hb_errors *errors, const hb_error *err) {
    hb_errors_add(errors, err);
    return false;
}

static hb_str member(const hb_json *object, const char *key) {
    const hb_json *found = hb_json_member(object, hb_str_from(key));
    return found && found->kind == HB_JSON_STRING ? found->text : HB_STR("");
}

static bool read_agreement(web_site *site, hb_errors *errors) {
    char path[4096];
    hb_error err = {0};
    hb_bytes bytes = {0};
    hb_json *json = NULL;
    hb_str text = {0};
    if (!site->options->agreement) return true;
    snprintf(path, sizeof path, "%s/agreement.json", site->options->agreement);
    hb_json_reader *reader = hb_json_reader_open();
    bool ok = reader || hb_out_of_memory(&err);
    ok = ok && hb_read_file(path, 4 << 20, &bytes, &err);
    ok = ok &&
         (hb_str_copy(site->arena, (hb_str){bytes.at, bytes.n}, &text) || hb_out_of_memory(&err));
    ok = ok && hb_json_parse(reader, site->arena, text, &json, &err);
    if (ok) {
        site->agreement = json;
        site->agreement_id = member(json, "agreement");
        site->agreement_title = member(json, "title");
        site->agreement_status = member(json, "status");
        site->has_zone = hb_zone_find(member(json, "time_zone"), &site->zone);
        if (site->has_zone) site->time_zone = member(json, "time_zone");
        site->has_sender_zone = hb_zone_find(member(json, "sender_time_zone"), &site->sender_zone);
        const hb_json *alarms = hb_json_member(json, HB_STR("alarms"));
        ok = !alarms || register_hours_read(alarms, &site->hours, &err);
    }
    hb_error_file(&err, hb_str_from(path));
    hb_bytes_clear(&bytes);
    hb_json_reader_close(reader);
    return ok || add(errors, &err);
}

static bool add_list(web_site *site, const char *path, uint32_t n_jobs, hb_errors *errors) {
    if (site->n_lists == sizeof site->lists / sizeof site->lists[0]) {
        hb_error err = {0};
        hb_fail(&err, HB_LIMIT, "too-many-lists", "one server holds at most %zu lists",
                sizeof site->lists / sizeof site->lists[0]);
        return add(errors, &err);
    }
    web_list *list = web_list_open(site->rb, site->options, path, NULL, n_jobs, errors);
    if (!list) return false;
    site->lists[site->n_lists++] = list;
    return true;
}

static uint32_t n_jobs_of(const web_options *options) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return options->n_threads ? options->n_threads : cores > 0 ? (uint32_t)cores : 1;
}

// For those who take the rulebook away: the very bytes that were loaded.
static bool read_model(web_site *site, hb_errors *errors) {
    char path[4096];
    hb_error err = {0};
    hb_str folder = rulebook_folder(site->rb), file = rulebook_model_file(site->rb);
    snprintf(path, sizeof path, "%.*s/%.*s", (int)folder.n, folder.at, (int)file.n, file.at);
    return hb_read_file(path, 16 << 20, &site->model_file, &err) || add(errors, &err);
}

static bool read_lists(web_site *site, hb_errors *errors) {
    const web_options *o = site->options;
    uint32_t n_jobs = n_jobs_of(o);
    if (o->agreement) {
        char *path = hb_arena_alloc(site->arena, 4096);
        if (!path) return false;
        snprintf(path, 4096, "%s/list.ndjson", o->agreement);
        if (access(path, R_OK) == 0 && !add_list(site, path, n_jobs, errors)) return false;
    }
    for (uint32_t i = 0; i < o->n_lists; i++) {
        if (!add_list(site, o->lists[i], n_jobs, errors)) return false;
    }
    return web_lists_sent_in(site, n_jobs, errors);
}

static bool open_stores(web_site *site, hb_instant now, hb_errors *errors) {
    char path[4096];
    hb_error err = {0};
    snprintf(path, sizeof path, "%s.audit", site->options->store);
    bool ok = (site->store = web_store_open(site->options->store, &err)) &&
              (site->audit = web_audit_open(path, &err));
    if (ok && site->options->is_demo) ok = web_demo_accounts(site->store, now, &err);
    ok = ok &&
         (!site->options->assets || web_assets_load(&site->assets, site->options->assets, &err));
    if (ok && !(site->sessions = web_sessions_open())) ok = hb_out_of_memory(&err);
    if (ok && site->options->db)
        ok = (site->group = register_group_open(site->options->db, site->options->local, &err));
    return ok || add(errors, &err);
}

// The first worker opens the register, so that a wrong one is told now and not to the first reader.
static bool try_worker(web_site *site, hb_errors *errors) {
    hb_error err = {0};
    web_worker *w = web_worker_take(site, &err);
    if (!w) return add(errors, &err);
    web_worker_give(site, w);
    return true;
}

web_site *web_site_open(const web_options *options, hb_instant now, hb_errors *errors) {
    web_site *site = calloc(1, sizeof *site);
    if (!site) return NULL;
    pthread_mutex_init(&site->lock, NULL);
    pthread_cond_init(&site->flight_has_ended, NULL);
    site->options = options;
    site->started = now;
    site->hours = register_hours_default();
    site->arena = hb_arena_open(START_BYTES);
    bool ok = site->arena && (site->rb = rulebook_load(options->rulebook, errors)) &&
              read_model(site, errors) && read_agreement(site, errors) &&
              read_lists(site, errors) && web_facilities_open(site, errors) &&
              web_money_open(site, n_jobs_of(options), errors) && open_stores(site, now, errors) &&
              try_worker(site, errors);
    if (ok) return site;
    web_site_close(site);
    return NULL;
}

void web_site_close(web_site *site) {
    if (!site) return;
    while (site->free_workers) {
        web_worker *w = site->free_workers;
        site->free_workers = w->next;
        close_worker(site, w);
    }
    register_group_close(site->group);
    web_assets_clear(&site->assets);
    web_sessions_close(site->sessions);
    web_audit_close(site->audit);
    web_store_close(site->store);
    for (uint32_t i = 0; i < site->n_lists; i++) web_list_close(site->lists[i]);
    web_facilities_close(site);
    hb_bytes_clear(&site->model_file);
    web_runs_close(site->runs);
    hb_bytes_clear(&site->scenario_file);
    hb_arena_close(site->money_arena);
    rulebook_close(site->rb);
    hb_arena_close(site->arena);
    pthread_cond_destroy(&site->flight_has_ended);
    pthread_mutex_destroy(&site->lock);
    free(site);
}
