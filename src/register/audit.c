// Verification: everything recomputed from the stored bytes. First the public part, one leaf after
// another: each entry's bytes against its hash, each node of the tree against its children. Then,
// in pieces, on every processor with a handle of its own: each event (audit_event.c), each
// checkpoint against the nodes, each person's stored standing, and the database's own check of its
// file. Every handle looks at one moment of the store, so a register may be written to meanwhile.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "register/internal.h"

enum { PIECE = 4096, NODES = 1024, BANDS = 8, SHARDS = 256 };

static bool broken(register_finding *out, uint64_t event, bool has_event, const char *why) {
    if (out->why[0]) return false;
    snprintf(out->why, sizeof out->why, "%s", why);
    out->bad_event = event;
    out->has_bad_event = has_event;
    return false;
}

// A file so broken that the database itself cannot read it is an answer, not a failure.
static bool is_answer(register_finding *out, uint64_t event, bool has_event, hb_error *err) {
    if (err->kind != HB_CORRUPT) return false;
    broken(out, event, has_event, err->message);
    *err = (hb_error){0};
    return true;
}

static bool take_number(void *context, const store_value *row, hb_error *err) {
    (void)err;
    *(int64_t *)context = row[0].number;
    return true;
}

static bool take_hash(hb_str text, hb_hash *out) {
    if (text.n != sizeof out->bytes) return false;
    memcpy(out->bytes, text.at, sizeof out->bytes);
    return true;
}

// ---- the tree -----------------------------------------------------------------------------------

// Stored nodes of eight levels in the order in which they are completed, some at a time.
typedef struct {
    int64_t *keys;
    hb_hash *hashes;
    uint32_t next, n;
} band_row;
typedef struct {
    register_log *log;
    register_finding *out;
    hb_arena *arena;
    proof_growing tree;
    band_row bands[BANDS];
} growing;

static bool take_node(void *context, const store_value *row, hb_error *err) {
    band_row *band = context;
    (void)err;
    band->keys[band->n] = row[0].number;
    if (!take_hash(row[1].text, &band->hashes[band->n])) band->keys[band->n] = 0;
    band->n++;
    return true;
}

static bool stored_node(growing *g, uint32_t level, uint64_t at, hb_hash *out, hb_error *err) {
    band_row *band = &g->bands[level / BANDS];
    const int64_t key = log_node_key(level, at);
    if (!band->keys && (!(band->keys = hb_arena_array(g->arena, int64_t, NODES)) ||
                        !(band->hashes = hb_arena_array(g->arena, hb_hash, NODES))))
        return hb_out_of_memory(err);
    if (band->next == band->n) {
        const store_value from[] = {STORE_N(key), STORE_N(NODES)};
        band->next = band->n = 0;
        if (!store_run(g->log->store,
                       "SELECT at, hash FROM node WHERE at >= $1 ORDER BY at LIMIT $2", from,
                       take_node, band, err))
            return false;
    }
    if (band->next == band->n || band->keys[band->next] != key)
        return hb_fail(err, HB_CORRUPT, "register-altered", "a node is missing");
    *out = band->hashes[band->next++];
    return true;
}

static bool grow(void *context, const store_value *row, hb_error *err) {
    growing *g = context;
    hb_hash stored, leaf = proof_leaf(row[1].text), hash = leaf;
    uint64_t number = (uint64_t)row[0].number;
    uint32_t level = 0;
    (void)err;
    if (g->out->why[0]) return true;
    if (number != g->tree.n) {
        broken(g->out, g->tree.n, true, "it is missing");
        return true;
    }
    if (!take_hash(row[2].text, &stored) || !proof_same(stored, leaf)) {
        broken(g->out, number, true, "its bytes do not match its hash");
        return true;
    }
    // Every node that this leaf completes, against the stored one.
    for (uint64_t n = g->tree.n; n & 1; n >>= 1) {
        hb_error own = {0};
        hash = proof_node(g->tree.complete[level++], hash);
        if (!stored_node(g, level, n >> 1, &stored, &own) || !proof_same(stored, hash)) {
            broken(g->out, number, true, "a node of the tree above it was changed");
            return true;
        }
    }
    proof_grow(&g->tree, leaf);
    return true;
}

static bool check_tree(growing *g, uint64_t size, hb_error *err) {
    for (uint64_t at = 0; at < size && !g->out->why[0]; at += PIECE) {
        const store_value range[] = {STORE_N(at), STORE_N(at + PIECE), STORE_N(size)};
        if (!store_run(g->log->store,
                       "SELECT seq, entry, hash FROM leaf WHERE seq >= $1 AND seq < $2 AND seq < "
                       "$3 ORDER BY seq",
                       range, grow, g, err) &&
            !is_answer(g->out, g->tree.n, true, err))
            return false;
    }
    if (g->tree.n < size) broken(g->out, g->tree.n, true, "it is missing");
    return true;
}

// ---- checkpoints --------------------------------------------------------------------------------

static bool check_note(register_log *log, register_finding *out, uint64_t n_entries, hb_str text,
                       uint64_t size) {
    proof_note note;
    proof_checkpoint checkpoint;
    proof_nodes nodes;
    hb_hash root;
    hb_error own = {0};
    if (!proof_note_open(text, &log->key, 1, &note, &own) ||
        !proof_checkpoint_read(note.text, &checkpoint) ||
        !hb_str_equal(checkpoint.origin, log->origin)) {
        return broken(out, 0, false, "a checkpoint is not signed by this register");
    }
    if (size != UINT64_MAX && checkpoint.size != size)
        return broken(out, 0, false, "a checkpoint is kept under another size");
    if (checkpoint.size > n_entries) {
        return broken(out, n_entries, true, "it is missing: a checkpoint was signed over it");
    }
    nodes = log_nodes(log);
    if (!proof_root(&nodes, checkpoint.size, &root, &own) || !proof_same(root, checkpoint.root)) {
        return broken(out, 0, false, "a checkpoint does not match the entries before it");
    }
    return true;
}

// ---- in pieces
// ------------------------------------------------------------------------------------

// Pieces in the order in which what they find counts: events, checkpoints, people; the database's
// own check begins first, because it takes longest, and counts last.
typedef struct {
    register_log *log;
    uint64_t size, n_pieces;  // of events; as many of checkpoints
    pthread_mutex_t lock;     // of all below
    uint64_t next, found;     // the piece whose finding `out` is, UINT64_MAX for none
    register_finding *out;
    hb_error err;
    uint64_t n_begun, n_ended, n_voided;
    standing_counts counts;
} auditing;
typedef struct {
    audit_part part;
    register_finding out;
    uint64_t from, next, until, size;  // entries; in the whole register
} piece;

static bool check_row(void *context, const store_value *row, hb_error *err) {
    piece *p = context;
    hb_error own = {0};
    (void)err;
    hb_arena_reset(p->part.log->scratch);
    if (p->out.why[0]) return true;
    if ((uint64_t)row[0].number != p->next) {
        broken(&p->out, p->next, true, "it is missing");
        return true;
    }
    const char *why = row[4].text.n == 0 ? "it has no event" : audit_event(&p->part, row, &own);
    if (why) broken(&p->out, p->next, true, why);
    p->next++;
    return true;
}

static bool check_events(piece *p, hb_error *err) {
    const store_value range[] = {STORE_N(p->from), STORE_N(p->until)};
    if (!store_run(
            p->part.log->store,
            "SELECT l.seq, l.entry, l.hash, COALESCE(e.person, ''), COALESCE(e.kind, ''), "
            "COALESCE(e.happened, 0), COALESCE(e.recorded, 0), "
            "COALESCE(e.opened, ''), e.sealed, COALESCE(e.digests, ''), COALESCE(e.signers, ''), "
            "COALESCE(e.marks, 0) "
            "FROM leaf l LEFT JOIN event e ON e.seq = l.seq WHERE l.seq >= $1 AND l.seq < $2 "
            "ORDER BY l.seq",
            range, check_row, p, err))
        return is_answer(&p->out, p->next, true, err);
    if (p->next < p->until) broken(&p->out, p->next, true, "it is missing");
    return true;
}

static bool check_checkpoint(void *context, const store_value *row, hb_error *err) {
    piece *p = context;
    (void)err;
    if (!p->out.why[0])
        (void)check_note(p->part.log, &p->out, p->size, row[1].text, (uint64_t)row[0].number);
    return true;
}

static bool check_checkpoints(piece *p, hb_error *err) {
    // A checkpoint over `until` entries belongs to the piece that ends there.
    const store_value range[] = {STORE_N(p->from ? p->from + 1 : 0), STORE_N(p->until + 1)};
    return store_run(p->part.log->store,
                     "SELECT size, note FROM checkpoint WHERE size >= $1 AND size < $2 ORDER BY "
                     "size",
                     range, check_checkpoint, p, err) ||
           is_answer(&p->out, 0, false, err);
}

static bool check_people(piece *p, uint64_t shard, standing_counts *counts, hb_error *err) {
    char from[3], until[3];
    const char *why = NULL;
    snprintf(from, sizeof from, "%02x", (unsigned)shard);
    snprintf(until, sizeof until, "%02x", (unsigned)shard + 1);
    if (!standing_check(p->part.log, shard ? hb_str_from(from) : STANDING_FIRST,
                        shard + 1 < SHARDS ? hb_str_from(until) : STANDING_LAST, counts, &why, err))
        return is_answer(&p->out, 0, false, err);
    if (why) broken(&p->out, 0, false, why);
    return true;
}

static bool take_check(void *context, const store_value *row, hb_error *err) {
    (void)err;
    if (!hb_str_equal(row[0].text, HB_STR("ok")))
        broken(context, 0, false, "the database file is damaged");
    return true;
}

static bool check_file(piece *p, hb_error *err) {
    return p->part.log->store->door->is_postgres ||
           p->part.log->store->door->run(p->part.log->store, "PRAGMA integrity_check", NULL, 0,
                                         take_check, &p->out, err) ||
           is_answer(&p->out, 0, false, err);
}

static uint64_t n_all(const auditing *a) {
    return 1 + 2 * a->n_pieces + SHARDS;
}

// Piece 0 checks the file, and what it finds counts after all others.
static void check_piece(auditing *a, register_log *log, uint64_t number) {
    uint64_t at = number - 1, rank = number ? at : n_all(a);
    standing_counts counts = {0};
    hb_error err = {0};
    bool ok;
    piece p = {.part = {.log = log}, .size = a->size};
    p.from = p.next = number ? at % a->n_pieces * PIECE : 0;
    p.until = a->size - p.from < PIECE ? a->size : p.from + PIECE;
    if (number == 0)
        ok = check_file(&p, &err);
    else if (at < a->n_pieces)
        ok = check_events(&p, &err);
    else if (at < 2 * a->n_pieces)
        ok = check_checkpoints(&p, &err);
    else
        ok = check_people(&p, at - 2 * a->n_pieces, &counts, &err);
    pthread_mutex_lock(&a->lock);
    if (!ok && a->err.kind == HB_NONE) a->err = err;
    if (p.out.why[0] && rank < a->found) {
        a->out->why[0] = '\0';
        broken(a->out, p.out.bad_event, p.out.has_bad_event, p.out.why);
        a->found = rank;
    }
    a->n_begun += p.part.n_begun, a->n_ended += p.part.n_ended, a->n_voided += p.part.n_voided;
    a->counts.n_people += counts.n_people;
    a->counts.n_stays += counts.n_stays, a->counts.n_alarms += counts.n_alarms;
    pthread_mutex_unlock(&a->lock);
}

static bool next_piece(auditing *a, uint64_t *number) {
    pthread_mutex_lock(&a->lock);
    *number = a->next;
    // Nothing after what was found counts.
    bool is_more = a->err.kind == HB_NONE && a->next < n_all(a) && a->next <= a->found;
    if (is_more) a->next++;
    pthread_mutex_unlock(&a->lock);
    return is_more;
}

static void *check_pieces(void *context) {
    auditing *a = context;
    uint64_t number = 0;
    hb_error err = {0};
    bool is_first = next_piece(a, &number);
    register_log *log = NULL;
    if (!is_first) return NULL;
    // The first piece is looked at with the handle that was given; every other thread opens its
    // own.
    log = number == 0 ? a->log : register_open(a->log->where, a->log->local, REGISTER_READ, &err);
    bool ok = log && (number == 0 || log_moment(log, &err));
    if (!ok) {
        pthread_mutex_lock(&a->lock);
        if (a->err.kind == HB_NONE) a->err = err;
        pthread_mutex_unlock(&a->lock);
    } else {
        log_forget_officers(log);
        do check_piece(a, log, number);
        while (next_piece(a, &number));
    }
    if (log && log != a->log) {
        if (ok) log_moment_end(log);
        register_close(log);
    }
    return NULL;
}

static bool check_tally(const auditing *a, hb_error *err) {
    bool is_right = false;
    if (!tally_check(a->log, &is_right, err)) return is_answer(a->out, 0, false, err);
    if (!is_right)
        broken(a->out, 0, false,
               "the numbers kept of alarms are not those of the standings; `habeas register rebuild` "
               "makes them again");
    return true;
}

static bool check_counts(const auditing *a, hb_error *err) {
    const struct {
        const char *sql;
        uint64_t want;
        const char *why;
    } COUNTS[] = {
        {"SELECT COUNT(*) FROM officer",                                a->n_begun,         NULL},
        {"SELECT COUNT(*) FROM officer_end",                            a->n_ended,         NULL},
        {"SELECT COUNT(*) FROM correction",                             a->n_voided,        NULL},
        {"SELECT COUNT(*) FROM event",                                  a->size,            NULL},
        {"SELECT COUNT(DISTINCT person) FROM event WHERE person <> ''", a->counts.n_people,
         "a person's name has not its form"                                                     },
        {"SELECT COUNT(*) FROM standing",                               a->counts.n_people,
         "a person has a stored standing and no event, or the other way round"                  },
        {"SELECT COUNT(*) FROM stay",                                   a->counts.n_stays,
         "a stay is kept that the standing of nobody says"                                      },
        {"SELECT COUNT(*) FROM alarm",                                  a->counts.n_alarms,
         "an alarm is kept that the standing of nobody gives"                                   },
    };
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++) {
        int64_t n = 0;
        if (!a->log->store->door->run(a->log->store, COUNTS[i].sql, NULL, 0, take_number, &n, err))
            return is_answer(a->out, 0, false, err);
        if ((uint64_t)n != COUNTS[i].want)
            broken(
                a->out, 0, false,
                COUNTS[i].why ? COUNTS[i].why : "a table holds a row that follows from no entry");
    }
    return true;
}

static bool check_all(register_log *log, uint64_t size, register_finding *out, hb_error *err) {
    auditing a = {.log = log,
                  .size = size,
                  .n_pieces = size / PIECE + 1,
                  .found = UINT64_MAX,
                  .out = out,
                  .lock = PTHREAD_MUTEX_INITIALIZER};
    ahead_run(ahead_n_threads(size / 64), check_pieces, &a);
    pthread_mutex_destroy(&a.lock);
    if (a.err.kind != HB_NONE) {
        *err = a.err;
        return false;
    }
    return out->why[0] || (check_counts(&a, err) && (out->why[0] || check_tally(&a, err)));
}

// ---- the whole ----------------------------------------------------------------------------------

static bool check_latest(register_log *log, uint64_t size, register_finding *out, hb_error *err) {
    uint64_t last = 0;
    hb_str note;
    hb_arena_reset(log->scratch);
    if (!log_latest(log, log->scratch, &last, &note, err)) return is_answer(out, 0, false, err);
    if (last > size) broken(out, size, true, "it is missing: a checkpoint was signed over it");
    if (last < size) broken(out, last, true, "it came after the last checkpoint");
    if (!out->why[0]) (void)check_note(log, out, size, note, last);
    return true;
}

static bool check_others(register_log *log, uint64_t size, hb_str from, register_finding *out,
                         hb_error *err) {
    hb_str note;
    hb_arena_reset(log->scratch);
    if (from.n) (void)check_note(log, out, size, from, UINT64_MAX);
    if (!out->why[0] && log->is_rolled_back)
        broken(out, size, true,
               "it is missing: this copy is older than a checkpoint that was signed");
    return out->why[0] || register_checkpoint(log, log->scratch, &note, &out->standing, err);
}

static bool verify(register_log *log, hb_str from, register_depth depth, register_finding *out,
                   hb_error *err) {
    uint64_t size = 0;
    growing g = {.log = log, .out = out, .arena = hb_arena_open((size_t)BANDS * NODES * 64)};
    bool ok = g.arena || hb_out_of_memory(err);
    if (ok && !log_size(log, &size, err)) ok = is_answer(out, 0, false, err);
    ok = ok && check_tree(&g, size, err);
    out->n_events = g.tree.n;
    hb_arena_close(g.arena);
    if (ok && !out->why[0]) ok = check_latest(log, size, out, err);
    if (ok && !out->why[0] && depth == REGISTER_WHOLE) ok = check_all(log, size, out, err);
    return ok && (out->why[0] || check_others(log, size, from, out, err));
}

bool register_verify(register_log *log, hb_str from, register_depth depth, register_finding *out,
                     hb_error *err) {
    *out = (register_finding){0};
    if (!log_moment(log, err)) return false;
    bool ok = verify(log, from, depth, out, err);
    log_moment_end(log);
    out->depth = depth;
    out->is_unaltered = ok && out->why[0] == '\0';
    return ok;
}
