// Where a person is, as a fold of what was recorded: events in the order they happened, those of
// one second in the order they were recorded. An event that a correction declares void is passed
// over. What cannot be, is marked and still counts: the register shows two places, it does not
// choose.
#include <string.h>

#include "register/internal.h"

void custody_word(register_word out, hb_str text) {
    size_t n = text.n < REGISTER_WORD - 1 ? text.n : REGISTER_WORD - 1;
    for (size_t i = 0; i < n; i++) out[i] = text.at[i] == '\n' ? ' ' : text.at[i];
    out[n] = '\0';
}

static const struct {
    uint32_t mark;
    const char *name, *meaning;
} MARKS[] = {
    {REGISTER_LATE,       "late",                    WORDS_LATER("recorded more than a day after")          },
    {REGISTER_EARLY,      "happened-after-recorded",
     WORDS_LATER("said to have happened after it was recorded")                                             },
    {REGISTER_CLOCK,      "clock",                   WORDS_LATER("the clock went back")                     },
    {REGISTER_ROLE,       "role",                    WORDS_LATER("recorded by a role that may not")         },
    {REGISTER_TWO_PLACES, "two-places",              WORDS_LATER("another place still held the person")     },
    {REGISTER_AFTER_END,  "after-end",               WORDS_LATER("after release or death")                  },
    {REGISTER_BARRED,     "moved-barred",            WORDS_LATER("moved while BARRED")                      },
    {REGISTER_NO_VERDICT, "no-verdict",              WORDS_LATER("moved without a verdict")                 },
    {REGISTER_NO_SECOND,  "no-second-check",         WORDS_LATER("without a second check")                  },
    {REGISTER_NO_NOTICE,  "no-notice",               WORDS_LATER("without notice")                          },
    {REGISTER_NO_ESCORT,  "no-escort-record",        WORDS_LATER("without an escort record")                },
    {REGISTER_STAYED,     "stayed",                  WORDS_LATER("although a stay was in force")            },
    {REGISTER_ONE_SIDE,   "one-signature",           WORDS_LATER("without the second signature")            },
    {REGISTER_NO_OFFER,   "no-offer",                WORDS_LATER("without an offer")                        },
    {REGISTER_NOT_HELD,   "not-held",                WORDS_LATER("nobody held the person")                  },
    {REGISTER_ZONE,       "zone",                    WORDS_LATER("the offset is not that of the zone named")},
    {REGISTER_HEAD_COUNT, "head-count",              WORDS_LATER("with another head count than was said")   },
    {REGISTER_SEALS,      "seals",                   WORDS_LATER("with other seals than were said")         },
};

void register_marks_add(hb_text *out, uint32_t irregular) {
    bool is_first = true;
    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++) {
        if (!(irregular & MARKS[i].mark)) continue;
        hb_text_addf(out, is_first ? "%s" : ", %s", MARKS[i].name);
        is_first = false;
    }
}

const char *register_mark_meaning(hb_str name) {
    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++) {
        if (hb_str_equal(name, hb_str_from(MARKS[i].name))) return MARKS[i].meaning;
    }
    return NULL;
}

void custody_say_marks(hb_text *out, words_language language, uint32_t irregular) {
    bool is_first = true;
    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++) {
        if (!(irregular & MARKS[i].mark)) continue;
        hb_text_addf(out, is_first ? "%s" : ", %s", words_in(language, MARKS[i].meaning));
        is_first = false;
    }
}

const char *register_state_name(register_state state) {
    switch (state) {
        case REGISTER_NOT_HELD_NOW: return WORDS_LATER("NO CUSTODY RECORDED");
        case REGISTER_HELD: return WORDS_LATER("IN CUSTODY");
        case REGISTER_TRANSIT: return WORDS_LATER("IN TRANSIT");
        case REGISTER_HOSPITAL: return WORDS_LATER("IN HOSPITAL UNDER GUARD");
        case REGISTER_OUT: return WORDS_LATER("OUT UNDER GUARD");
        case REGISTER_RELEASED: return WORDS_LATER("RELEASED");
        case REGISTER_DIED: return WORDS_LATER("DIED");
        case REGISTER_ESCAPED: return WORDS_LATER("ESCAPED");
    }
    return WORDS_LATER("NO CUSTODY RECORDED");
}

bool register_is_held(register_state state) {
    return state == REGISTER_HELD || state == REGISTER_TRANSIT || state == REGISTER_HOSPITAL ||
           state == REGISTER_OUT;
}

static bool is_held(const register_custody *c) {
    return register_is_held(c->state);
}

static bool has_ended(const register_custody *c) {
    return c->state == REGISTER_RELEASED || c->state == REGISTER_DIED;
}

static void set_place(register_custody *c, const register_event *e, register_state state) {
    if (e->place.n) custody_word(c->place, e->place);
    c->state = state;
    c->since = e->happened_at;
    c->due_at = 0;
    c->destination[0] = '\0';
}

// Who answers changes only where nobody answered before, or by a handover.
static void answer_if_nobody(register_custody *c, const register_event *e) {
    if (c->authority[0] == '\0' || !is_held(c)) custody_word(c->authority, e->authority);
}

static uint32_t admit(register_custody *c, const register_event *e) {
    uint32_t marks = has_ended(c) ? (c->state == REGISTER_DIED ? REGISTER_AFTER_END : 0) : 0;
    if (c->state == REGISTER_TRANSIT) marks |= handed_compare(&c->sent, e);
    bool is_elsewhere = (c->state == REGISTER_HELD || c->state == REGISTER_HOSPITAL) &&
                        !hb_str_equal(e->place, hb_str_from(c->place));
    if (is_elsewhere) {
        // The first place stays answerable until it lets go.
        custody_word(c->other_place, e->place);
        return marks | REGISTER_TWO_PLACES;
    }
    answer_if_nobody(c, e);
    if (!is_held(c)) c->admitted_at = e->happened_at;
    set_place(c, e, REGISTER_HELD);
    c->seen_at = e->happened_at;
    if (c->admitted_at == 0) c->admitted_at = e->happened_at;
    return marks;
}

// What a lawful departure needs; each thing that lacks is a mark.
static uint32_t depart(register_custody *c, const register_event *e) {
    uint32_t marks = 0;
    if (c->is_barred) marks |= REGISTER_BARRED;
    if (!c->is_barred && !c->is_unbarred) marks |= REGISTER_NO_VERDICT;
    if (!c->is_checked_twice) marks |= REGISTER_NO_SECOND;
    if (!c->is_noticed) marks |= REGISTER_NO_NOTICE;
    if (!c->is_escort_ready) marks |= REGISTER_NO_ESCORT;
    if (c->n_stays > 0) marks |= REGISTER_STAYED;
    if (has_ended(c))
        marks |= REGISTER_AFTER_END;
    else if (!is_held(c))
        marks |= REGISTER_NOT_HELD;
    answer_if_nobody(c, e);
    set_place(c, e, REGISTER_TRANSIT);
    custody_word(c->destination, e->destination);
    c->due_at = e->due_at;
    c->moved_at = e->happened_at;
    handed_say(&c->sent, e);
    c->moved_marks = marks & ~(uint32_t)(REGISTER_AFTER_END | REGISTER_NOT_HELD);
    // One check, one notice and one escort record serve one move.
    c->is_barred = c->is_unbarred = c->is_checked_twice = c->is_noticed = c->is_escort_ready =
        false;
    return marks;
}

// A rulebook that an author and a reviewer have not signed clears nobody: of its verdicts the bar
// alone counts, and a move upon any other is a move without verdict.
static void check(register_custody *c, const register_event *e, hb_str signer) {
    bool is_signed = e->rulebook_author.n && e->rulebook_reviewer.n &&
                     !hb_str_equal(e->rulebook_author, e->rulebook_reviewer);
    c->is_barred = hb_str_equal(e->verdict, HB_STR("BARRED"));
    c->is_unbarred = is_signed && hb_str_equal(e->verdict, HB_STR("NO BAR FOUND"));
    c->is_checked_twice = false;
    custody_word(c->checker, signer);
}

static uint32_t accept(register_custody *c, const register_event *e) {
    if (c->offered_at == 0 || e->offer != c->offer ||
        !hb_str_equal(e->authority, hb_str_from(c->offer_to))) {
        return REGISTER_NO_OFFER;  // custody does not move
    }
    custody_word(c->authority, e->authority);
    c->offered_at = 0;
    return handed_compare(&c->offered, e);
}

static void end(register_custody *c, const register_event *e, register_state state) {
    set_place(c, e, state);
    c->other_place[0] = '\0';
    c->offered_at = c->isolated_at = 0;
    if (state == REGISTER_RELEASED) c->released_at = e->happened_at;
}

// A later day that an order names never wins over an earlier one counted by law, nor the other way.
static uint32_t end_by_law(register_custody *c) {
    bool is_basis =
        c->counted_until == 0 || (c->basis_until != 0 && c->basis_until < c->counted_until);
    c->lawful_until = is_basis ? c->basis_until : c->counted_until;
    return 0;
}

uint32_t custody_add(register_custody *c, const register_event *e, uint64_t number, hb_str signer) {
    uint32_t marks = 0;
    c->last_event = number;
    c->n_events++;
    switch (event_effect_of(e->kind)) {
        case EFFECT_BEGIN:
        case EFFECT_ADMIT: return admit(c, e);
        case EFFECT_ARRIVE:
            if (!is_held(c)) marks = has_ended(c) ? REGISTER_AFTER_END : REGISTER_NOT_HELD;
            return marks | admit(c, e);
        case EFFECT_SEEN:
            if (!is_held(c))
                marks = has_ended(c) ? REGISTER_AFTER_END : REGISTER_NOT_HELD;
            else if (c->state == REGISTER_HELD && !hb_str_equal(e->place, hb_str_from(c->place))) {
                custody_word(c->other_place, e->place);
                marks = REGISTER_TWO_PLACES;
            } else
                c->seen_at = e->happened_at;
            return marks;
        case EFFECT_DEPART: return depart(c, e);
        case EFFECT_REDIRECT:
            custody_word(c->destination, e->destination);
            c->due_at = e->due_at;
            return c->state == REGISTER_TRANSIT ? 0 : REGISTER_NOT_HELD;
        case EFFECT_OUT:
            set_place(c, e, REGISTER_OUT);
            c->due_at = e->due_at;
            return 0;
        case EFFECT_IN:
            set_place(c, e, REGISTER_HELD);
            c->seen_at = e->happened_at;
            return 0;
        case EFFECT_HOSPITAL: set_place(c, e, REGISTER_HOSPITAL); return 0;
        case EFFECT_OFFER:
            c->offered_at = e->happened_at;
            c->offer = number;
            custody_word(c->offer_to, e->to);
            handed_say(&c->offered, e);
            return is_held(c) ? 0 : REGISTER_NOT_HELD;
        case EFFECT_ACCEPT: return accept(c, e);
        case EFFECT_REFUSE:
            marks = c->offered_at && e->offer == c->offer ? 0 : REGISTER_NO_OFFER;
            if (!marks) c->offered_at = 0, c->offered = (register_handed){0};
            return marks;
        case EFFECT_HANDOVER:
            marks = is_held(c) ? 0 : REGISTER_NOT_HELD;
            custody_word(c->authority, e->to);
            if (c->offered_at) marks |= handed_compare(&c->offered, e);
            c->offered_at = 0;
            return marks;
        case EFFECT_RELEASE:
        case EFFECT_DIE:
            marks = has_ended(c) ? REGISTER_AFTER_END : is_held(c) ? 0 : REGISTER_NOT_HELD;
            end(c, e, event_effect_of(e->kind) == EFFECT_DIE ? REGISTER_DIED : REGISTER_RELEASED);
            return marks;
        case EFFECT_ESCAPE: end(c, e, REGISTER_ESCAPED); return 0;
        case EFFECT_BASIS: c->basis_until = e->lawful_until; return end_by_law(c);
        case EFFECT_BASIS_END: c->basis_until = e->happened_at; return end_by_law(c);
        case EFFECT_END_DATE:
            c->counted_until = e->lawful_until;
            c->review_at = e->review_at;
            return end_by_law(c);
        case EFFECT_PROPOSE:
        case EFFECT_WITHDRAW:
            c->is_barred = c->is_unbarred = c->is_checked_twice = c->is_noticed =
                c->is_escort_ready = false;
            return 0;
        case EFFECT_CHECK: check(c, e, signer); return 0;
        case EFFECT_SECOND:
            if (hb_str_equal(signer, hb_str_from(c->checker))) return REGISTER_ONE_SIDE;
            c->is_checked_twice = hb_str_equal(e->agrees, HB_STR("yes"));
            return 0;
        case EFFECT_NOTICE:
            c->is_noticed = true;
            if (c->state == REGISTER_DIED && hb_str_equal(e->to, HB_STR("family")))
                c->family_told_at = e->happened_at;
            return 0;
        case EFFECT_ESCORT: c->is_escort_ready = true; return 0;
        case EFFECT_STAY:
            c->n_stays++;
            c->stay_at = e->happened_at;
            custody_word(c->stay, e->order);
            return 0;
        case EFFECT_STAY_LIFTED:
            if (c->n_stays) c->n_stays--;
            return 0;
        case EFFECT_ISOLATE:
            if (!c->isolated_at) c->isolated_at = e->happened_at;
            return 0;
        case EFFECT_ISOLATE_END: c->isolated_at = 0; return 0;
        case EFFECT_COUNSEL: c->counsel_at = e->happened_at; return 0;
        case EFFECT_ORDER:
            c->order_at = e->happened_at;
            custody_word(c->order, e->order);
            return 0;
        case EFFECT_ORDER_ANSWERED:
            if (hb_str_equal(e->order, hb_str_from(c->order))) c->order_at = 0;
            return 0;
        case EFFECT_RELEASE_ORDERED: c->release_ordered_at = e->happened_at; return 0;
        case EFFECT_PROTECT: c->is_protected = true; return 0;
        case EFFECT_PROTECT_END: c->is_protected = false; return 0;
        case EFFECT_RESTRICT: c->is_restricted = true; return 0;
        case EFFECT_ERASURE_NOTICE: c->erasure_noticed_at = e->happened_at; return 0;
        case EFFECT_ERASE: c->erased_at = e->happened_at; return 0;
        case EFFECT_CORRECT:
        case EFFECT_TAKEN:
        case EFFECT_IDENTITY:
        case EFFECT_CONTACT:
        case EFFECT_PLACE:
        case EFFECT_KEY_BEGIN:
        case EFFECT_KEY_CONFIRM:
        case EFFECT_KEY_END:
        case EFFECT_REFUSED:
        case EFFECT_NONE: return 0;
    }
    return 0;
}

// ---- from the store -----------------------------------------------------------------------------

typedef struct {
    register_log *log;
    register_custody *custody;
    custody_each each;  // NULL for none
    void *context;
} folding;

// The first signer's key name, from the stored list.
static hb_str first_signer(const hb_json *signers) {
    const hb_json *key = signers->n ? hb_json_member(&signers->first[0], HB_STR("key")) : NULL;
    return key ? key->text : (hb_str){0};
}

static bool add_row(void *context, const store_value *row, hb_error *err) {
    folding *f = context;
    hb_arena_reset(f->log->row);
    register_event *event = hb_arena_new(f->log->row, register_event);
    hb_json *open = NULL, *signers = NULL;
    if (!event) return hb_out_of_memory(err);
    if (!hb_json_parse(f->log->reader, f->log->row, row[1].text, &open, err)) return false;
    if (!hb_json_parse(f->log->reader, f->log->row, row[2].text, &signers, err)) return false;
    if (!event_read_open(open, event, err)) return false;
    (void)custody_add(f->custody, event, (uint64_t)row[0].number, first_signer(signers));
    f->custody->irregular |= (uint32_t)row[3].number;
    return !f->each || f->each(f->context, f->custody, event->happened_at, err);
}

// Voided events are those a correction names with void: yes; asked of the store once per fold.
bool custody_fold_each(register_log *log, hb_str pseudonym, int64_t until, register_custody *out,
                       custody_each each, void *context, hb_error *err) {
    const store_value arguments[] = {STORE_T(pseudonym), STORE_N(until)};
    folding f = {log, out, each, context};
    *out = (register_custody){0};
    return store_run(log->store,
                     "SELECT seq, opened, signers, marks FROM event WHERE person = $1 AND happened "
                     "<= $2 AND seq NOT IN "
                     "(SELECT voids FROM correction WHERE person = $1) ORDER BY happened, seq",
                     arguments, add_row, &f, err);
}

bool custody_fold(register_log *log, hb_str pseudonym, int64_t until, register_custody *out,
                  hb_error *err) {
    return custody_fold_each(log, pseudonym, until, out, NULL, NULL, err);
}
