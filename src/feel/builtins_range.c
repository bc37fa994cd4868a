// How two points or ranges stand to each other (DMN 1.5 §10.3.4.7, after Allen's intervals and
// HL7's). A point is worked on as the range that begins and ends with it. Comparisons are
// three-valued: an endpoint that is missing or of another kind makes the answer null unless the
// others decide it.
#include "feel/builtins.h"
#include "feel/truth.h"

typedef struct {
    feel_value start, end;
    bool has_start, has_end;  // included
    bool is_point;
} interval;

static interval interval_of(feel_value value) {
    if (value.kind != FEEL_RANGE)
        return (interval){value, value, .has_start = true, .has_end = true, .is_point = true};
    const feel_range *range = value.range;
    interval out = {0};
    if (range->unary == '!') return out;  // everything but a point is no interval
    if (range->has_low) out.start = range->low, out.has_start = range->is_low_included;
    if (range->has_high) out.end = range->high, out.has_end = range->is_high_included;
    return out;
}

static truth less(feel_run *run, feel_value a, feel_value b) {
    return truth_in(feel_less(run, a, b));
}

// Endpoints meet in a comparable value: a missing one is not known to be equal to anything.
static truth same(feel_run *run, feel_value a, feel_value b) {
    if (a.kind == FEEL_NULL || b.kind == FEEL_NULL) return UNKNOWN;
    return truth_in(feel_equal(run, a, b));
}

// a < b, or a = b where `is_enough` holds.
static truth less_or(feel_run *run, feel_value a, feel_value b, bool is_enough) {
    return either(less(run, a, b), both(truth_of(is_enough), same(run, a, b)));
}

// ---- the relations; each is followed by its converse -------------------------------------------

static truth is_before(feel_run *run, interval a, interval b) {
    return less_or(run, a.end, b.start, !a.has_end || !b.has_start);
}

static truth meets(feel_run *run, interval a, interval b) {
    return both(truth_of(a.has_end && b.has_start), same(run, a.end, b.start));
}

static truth overlaps(feel_run *run, interval a, interval b) {
    return both(less_or(run, b.start, a.end, a.has_end && b.has_start),
                less_or(run, a.start, b.end, a.has_start && b.has_end));
}

static truth overlaps_before(feel_run *run, interval a, interval b) {
    return both(both(less_or(run, a.start, b.start, a.has_start && !b.has_start),
                     less_or(run, b.start, a.end, a.has_end && b.has_start)),
                less_or(run, a.end, b.end, !a.has_end || b.has_end));
}

// A point at an end needs that end alone, so the other one may be missing.
static truth is_start(feel_run *run, interval point, interval of) {
    return both(truth_of(of.has_start), same(run, of.start, point.start));
}

static truth is_end(feel_run *run, interval point, interval of) {
    return both(truth_of(of.has_end), same(run, of.end, point.end));
}

static truth finishes(feel_run *run, interval a, interval b) {
    if (a.is_point) return is_end(run, a, b);
    return both(both(truth_of(a.has_end == b.has_end), same(run, a.end, b.end)),
                less_or(run, b.start, a.start, !a.has_start || b.has_start));
}

static truth includes(feel_run *run, interval a, interval b) {
    if (b.is_point)
        return either(both(less(run, a.start, b.start), less(run, b.end, a.end)),
                      either(is_start(run, b, a), is_end(run, b, a)));
    return both(less_or(run, a.start, b.start, a.has_start || !b.has_start),
                less_or(run, b.end, a.end, a.has_end || !b.has_end));
}

static truth starts(feel_run *run, interval a, interval b) {
    if (a.is_point) return is_start(run, a, b);
    return both(both(truth_of(a.has_start == b.has_start), same(run, a.start, b.start)),
                less_or(run, a.end, b.end, !a.has_end || b.has_end));
}

static truth coincides(feel_run *run, interval a, interval b) {
    return both(truth_of(a.has_start == b.has_start && a.has_end == b.has_end),
                both(same(run, a.start, b.start), same(run, a.end, b.end)));
}

// ---- the functions -----------------------------------------------------------------------------

typedef truth (*relation)(feel_run *run, interval a, interval b);

static feel_value related(feel_run *run, relation holds, feel_value a, feel_value b) {
    truth known = holds(run, interval_of(a), interval_of(b));
    if (known == UNKNOWN)
        return feel_null_because(run, false, "these endpoints cannot be compared");
    return truth_value(known);
}

#define RELATION(name, holds, first, second)                                            \
    feel_value feel_builtin_##name(feel_run *run, const feel_value *args, uint32_t n) { \
        (void)n;                                                                        \
        return related(run, holds, args[first], args[second]);                          \
    }
RELATION(before, is_before, 0, 1)
RELATION(after, is_before, 1, 0)
RELATION(meets, meets, 0, 1)
RELATION(met_by, meets, 1, 0)
RELATION(overlaps, overlaps, 0, 1)
RELATION(overlaps_before, overlaps_before, 0, 1)
RELATION(overlaps_after, overlaps_before, 1, 0)
RELATION(finishes, finishes, 0, 1)
RELATION(finished_by, finishes, 1, 0)
RELATION(includes, includes, 0, 1)
RELATION(during, includes, 1, 0)
RELATION(starts, starts, 0, 1)
RELATION(started_by, starts, 1, 0)
RELATION(coincides, coincides, 0, 1)
