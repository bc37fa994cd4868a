// The scenario with a reader's own values: they are laid over every case as one more layer, and the
// whole is run again in a thread of its own. A few runs are kept, each for who started it; the
// oldest that has ended, and that no page is being written of, makes room for the next.
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/site.h"

enum { RUNS = 6, RUN_ARENA = 384 << 20, RUN_DRAWS = 20000 };

struct web_run {
    char id[20];
    char account[WEB_ACCOUNT_WORD];
    hb_arena *arena;
    hb_str text;     // of the changed scenario
    hb_str changed;  // "days_held 90 200 400\n..."
    money_request request;
    const char *claims;
    pthread_t thread;
    atomic_uint_fast64_t done, all;
    atomic_bool has_ended, is_stopped;
    uint32_t n_readers;  // pages being written of it, under the lock
    bool is_joined;
    money_report *report;  // once it has ended; NULL: it failed
    hb_errors errors;
};

struct web_runs {
    pthread_mutex_t lock;
    struct web_run *runs[RUNS];
    uint64_t n_started;
};

struct web_runs *web_runs_open(void) {
    struct web_runs *all = calloc(1, sizeof *all);
    if (all) pthread_mutex_init(&all->lock, NULL);
    return all;
}

static void end_run(struct web_run *run) {
    if (!run) return;
    atomic_store(&run->is_stopped, true);
    if (!run->is_joined) pthread_join(run->thread, NULL);
    hb_errors_clear(&run->errors);
    hb_arena_close(run->arena);
    free(run);
}

void web_runs_close(struct web_runs *all) {
    for (uint32_t i = 0; all && i < RUNS; i++) end_run(all->runs[i]);
    free(all);
}

// ---- the changed scenario ----------------------------------------------------------------------

static hb_json *grown(hb_arena *arena, hb_json *parent, hb_json child) {
    hb_json *all = hb_arena_array(arena, hb_json, parent->n + 1);
    if (!all) return NULL;
    for (uint32_t i = 0; i < parent->n; i++) all[i] = parent->first[i];
    all[parent->n] = child;
    parent->first = all;
    parent->n++;
    return &all[parent->n - 1];
}

static hb_json *own_member(hb_json *object, const char *key) {
    for (uint32_t i = 0; i < object->n; i++) {
        if (hb_str_equal(object->first[i].key, hb_str_from(key))) return &object->first[i];
    }
    return NULL;
}

static const char LAYER[] = "the reader's own";

// Every case gets one more layer, the last, which wins.
static bool lay_over(hb_arena *arena, hb_json *root, hb_json layer) {
    static const hb_json NO_LAYERS = {
        .kind = HB_JSON_OBJECT, .key = {"layers", 6}
    };
    hb_json *layers = own_member(root, "layers"), *cases = own_member(root, "cases");
    if (!layers) layers = grown(arena, root, NO_LAYERS);
    layer.key = hb_str_from(LAYER);
    if (!layers || !cases || !grown(arena, layers, layer)) return false;
    const hb_json name = {.kind = HB_JSON_STRING, .text = hb_str_from(LAYER)};
    for (uint32_t i = 0; i < cases->n; i++) {
        hb_json *of_case = own_member(&cases->first[i], "layers");
        if (!of_case || !grown(arena, of_case, name)) return false;
    }
    return true;
}

static bool change(web_site *site, struct web_run *run, hb_str layer_text, hb_error *err) {
    hb_json *root = NULL, *layer = NULL;
    hb_text out = {0};
    hb_json_reader *reader = hb_json_reader_open();
    bool ok = (reader || hb_out_of_memory(err)) &&
              hb_json_parse(reader, run->arena,
                            (hb_str){site->scenario_file.at, site->scenario_file.n}, &root, err) &&
              hb_json_parse(reader, run->arena, layer_text, &layer, err);
    ok = ok && (lay_over(run->arena, root, *layer) || hb_out_of_memory(err));
    ok = ok && (hb_json_canonical(&out, root) || hb_out_of_memory(err)) &&
         (hb_str_copy(run->arena, (hb_str){out.at, out.n}, &run->text) || hb_out_of_memory(err));
    hb_text_clear(&out);
    hb_json_reader_close(reader);
    return ok;
}

// ---- running -----------------------------------------------------------------------------------

static void progress(void *to, uint64_t done, uint64_t all) {
    struct web_run *run = to;
    atomic_store(&run->done, done);
    atomic_store(&run->all, all);
}

static bool is_stopped(void *to) {
    return atomic_load(&((struct web_run *)to)->is_stopped);
}

static void *work(void *to) {
    struct web_run *run = to;
    hb_error err = {0};
    const money_scenario *scenario =
        money_scenario_parse(run->arena, run->text, "scenario", &run->errors);
    const money_claims *claims = NULL;
    if (scenario && run->claims)
        claims = money_claims_read(run->arena, run->claims, scenario, &run->errors);
    if (scenario && (claims || !run->claims)) {
        run->report = money_run(run->arena, scenario, claims, &run->request, &err);
        if (!run->report) hb_errors_add(&run->errors, &err);
    }
    atomic_store(&run->has_ended, true);
    return NULL;
}

// A place for one more: an empty one, or that of the oldest run that has ended.
static int find_place(struct web_runs *all) {
    int oldest = -1;
    for (int i = 0; i < RUNS; i++) {
        if (!all->runs[i]) return i;
        if (!atomic_load(&all->runs[i]->has_ended) || all->runs[i]->n_readers > 0) continue;
        if (oldest < 0 || strcmp(all->runs[i]->id, all->runs[oldest]->id) < 0) oldest = i;
    }
    return oldest;
}

static bool is_running(const struct web_runs *all, const char *account) {
    for (int i = 0; i < RUNS; i++) {
        const struct web_run *run = all->runs[i];
        if (run && !atomic_load(&run->has_ended) && !atomic_load(&run->is_stopped) &&
            strcmp(run->account, account) == 0)
            return true;
    }
    return false;
}

static struct web_run *make_run(web_request *r, hb_str layer, hb_str changed, hb_error *err) {
    web_site *site = r->worker->site;
    struct web_run *run = calloc(1, sizeof *run);
    if (run) run->arena = hb_arena_open(RUN_ARENA);
    bool ok = (run && run->arena) || hb_out_of_memory(err);
    ok = ok && change(site, run, layer, err) &&
         (hb_str_copy(run->arena, changed, &run->changed) || hb_out_of_memory(err));
    if (!ok) {
        if (run) hb_arena_close(run->arena);
        free(run);
        return NULL;
    }
    snprintf(run->account, sizeof run->account, "%s", r->account.name);
    run->claims = site->claims_path[0] ? site->claims_path : NULL;
    run->request = (money_request){.n_draws = RUN_DRAWS,
                                   .seed = money_report_request(site->money)->seed,
                                   .n_jobs = 1,
                                   .confirmed_from = 0.9,
                                   .refuted_to = 0.1,
                                   .people = web_money_people(site),
                                   .progress = progress,
                                   .is_stopped = is_stopped,
                                   .to = run};
    return run;
}

const char *web_run_start(web_request *r, hb_str layer, hb_str changed, hb_error *err) {
    struct web_runs *all = r->site->runs;
    const char *id = NULL;
    struct web_run *run = make_run(r, layer, changed, err);
    if (!run) return NULL;
    pthread_mutex_lock(&all->lock);
    int place = find_place(all);
    if (place < 0 || is_running(all, r->account.name)) {
        hb_fail(err, HB_INPUT, "too-many-runs", "a run of yours has not ended, or too many run");
        hb_error_help(err, "wait for it, or stop it");
    } else {
        end_run(all->runs[place]);
        all->runs[place] = run;
        snprintf(run->id, sizeof run->id, "R-%08llu", (unsigned long long)++all->n_started);
        if (pthread_create(&run->thread, NULL, work, run) == 0) {
            id = run->id;
        } else {
            hb_fail(err, HB_SYSTEM, "thread", "the system gave no thread");
            all->runs[place] = NULL;
        }
    }
    pthread_mutex_unlock(&all->lock);
    if (!id) {
        run->is_joined = true;
        end_run(run);
    }
    return id;
}

// Under the lock: the reader's own run of this id; NULL: none, or somebody else's.
static struct web_run *own_run(const web_request *r, hb_str id) {
    struct web_runs *all = r->site->runs;
    for (int i = 0; i < RUNS; i++) {
        struct web_run *run = all->runs[i];
        if (run && hb_str_equal(hb_str_from(run->id), id) &&
            strcmp(run->account, r->account.name) == 0)
            return run;
    }
    return NULL;
}

bool web_run_open(const web_request *r, hb_str id, web_run_view *out) {
    struct web_runs *all = r->site->runs;
    if (!all) return false;  // a server without a scenario
    pthread_mutex_lock(&all->lock);
    struct web_run *run = own_run(r, id);
    if (run) {
        *out = (web_run_view){.run = run,
                              .done = atomic_load(&run->done),
                              .all = atomic_load(&run->all),
                              .has_ended = atomic_load(&run->has_ended),
                              .is_stopped = atomic_load(&run->is_stopped),
                              .changed = run->changed};
        if (out->has_ended) {
            out->report = run->report;
            if (run->errors.n_kept) out->error = run->errors.kept[0];
        }
        run->n_readers++;
    }
    pthread_mutex_unlock(&all->lock);
    return run != NULL;
}

void web_run_close(const web_request *r, web_run_view *view) {
    if (!view->run) return;
    pthread_mutex_lock(&r->site->runs->lock);
    view->run->n_readers--;
    pthread_mutex_unlock(&r->site->runs->lock);
    *view = (web_run_view){0};
}

// It ends before its next range of draws, within tens of milliseconds.
bool web_run_stop(const web_request *r, hb_str id) {
    struct web_runs *all = r->site->runs;
    if (!all) return false;
    pthread_mutex_lock(&all->lock);
    struct web_run *run = own_run(r, id);
    if (run && !atomic_load(&run->has_ended)) atomic_store(&run->is_stopped, true);
    pthread_mutex_unlock(&all->lock);
    return run != NULL;
}
