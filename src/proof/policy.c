// Who signs a log and who must have cosigned, in the text form of C2SP tlog-policy:
//
//     log VKEY
//     witness NAME VKEY
//     group NAME any|all|K MEMBER...
//     quorum NAME|none
//
// A line may end with an address, which is passed over; # begins a comment line. One name means
// something here: the group (or witness) "outside" holds those outside both states. A register is
// independently witnessed only when the quorum and "outside" are both satisfied.
#include "proof/proof.h"

#include <string.h>

static bool bad(hb_error *err, uint32_t line, const char *why) {
    err->line = line;
    hb_fail(err, HB_INPUT, "bad-policy", "this line of the policy %s", why);
    hb_error_help(err,
                  "lines are: log VKEY | witness NAME VKEY | group NAME any|all|K MEMBER... | "
                  "quorum NAME");
    return false;
}

static hb_str next_word(hb_str *line) {
    hb_str rest = hb_str_trim(*line);
    size_t n = 0;
    while (n < rest.n && rest.at[n] != ' ' && rest.at[n] != '\t') n++;
    *line = (hb_str){rest.at + n, rest.n - n};
    return (hb_str){rest.at, n};
}

static int find_part(const proof_policy *policy, hb_str name) {
    for (uint32_t i = 0; i < policy->n_parts; i++) {
        if (hb_str_equal(policy->parts[i].name, name)) return (int)i;
    }
    return -1;
}

static const char *read_witness(proof_policy *policy, hb_str rest) {
    if (policy->n_parts == PROOF_MAX_POLICY) return "is one too many";
    proof_policy_part part = {.name = next_word(&rest)};
    if (part.name.n == 0 || find_part(policy, part.name) >= 0) return "needs a name of its own";
    if (!proof_key_read(next_word(&rest), &part.key) || part.key.type != PROOF_WITNESS_KEY) {
        return "needs the verifier key of a witness (type 04)";
    }
    for (uint32_t i = 0; i < policy->n_parts; i++) {
        const proof_policy_part *other = &policy->parts[i];
        if (!other->is_group && memcmp(other->key.public_key, part.key.public_key, 32) == 0) {
            return "has the key of another witness";
        }
    }
    policy->parts[policy->n_parts++] = part;
    return NULL;
}

static const char *read_group(proof_policy *policy, hb_str rest) {
    if (policy->n_parts == PROOF_MAX_POLICY) return "is one too many";
    proof_policy_part part = {.name = next_word(&rest), .is_group = true};
    hb_str wanted = next_word(&rest);
    uint64_t k = 0;
    if (part.name.n == 0 || find_part(policy, part.name) >= 0) return "needs a name of its own";
    for (hb_str member = next_word(&rest); member.n > 0; member = next_word(&rest)) {
        int index = find_part(policy, member);
        if (index < 0) return "names a member that no line before it defines";
        if (memchr(part.members, index, part.n_members)) return "names a member twice";
        part.members[part.n_members++] = (uint8_t)index;
    }
    if (hb_str_equal(wanted, HB_STR("any")))
        k = 1;
    else if (hb_str_equal(wanted, HB_STR("all")))
        k = part.n_members;
    else if (!proof_uint_read(wanted, &k))
        return "needs any, all or a number after its name";
    if (k == 0 || k > part.n_members) return "asks for none, or for more members than it has";
    part.wanted = (uint32_t)k;
    policy->parts[policy->n_parts++] = part;
    return NULL;
}

static const char *read_log(proof_policy *policy, hb_str rest) {
    if (policy->n_logs == sizeof policy->logs / sizeof policy->logs[0]) return "is one too many";
    proof_key *key = &policy->logs[policy->n_logs];
    if (!proof_key_read(next_word(&rest), key) || key->type != PROOF_LOG_KEY) {
        return "needs the verifier key of a log (type 01)";
    }
    policy->n_logs++;
    return NULL;
}

static const char *read_quorum(proof_policy *policy, hb_str rest) {
    hb_str name = next_word(&rest);
    if (policy->quorum >= 0) return "gives a second quorum";
    if (hb_str_equal(name, HB_STR("none"))) return NULL;
    policy->quorum = find_part(policy, name);
    return policy->quorum < 0 ? "names no witness and no group" : NULL;
}

static const struct {
    hb_str word;
    const char *(*read)(proof_policy *policy, hb_str rest);
} LINES[] = {
    {{"log", 3},     read_log    },
    {{"witness", 7}, read_witness},
    {{"group", 5},   read_group  },
    {{"quorum", 6},  read_quorum },
};

static const char *read_line(proof_policy *policy, hb_str line) {
    hb_str word = next_word(&line);
    if (word.n == 0 || word.at[0] == '#') return NULL;
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++) {
        if (hb_str_equal(word, LINES[i].word)) return LINES[i].read(policy, line);
    }
    return "begins with no known word";
}

bool proof_policy_read(hb_str text, proof_policy *out, hb_error *err) {
    *out = (proof_policy){.quorum = -1, .outside = -1};
    for (uint32_t number = 1; text.n > 0; number++) {
        const char *end = memchr(text.at, '\n', text.n);
        hb_str line = {text.at, end ? (size_t)(end - text.at) : text.n};
        const char *why = read_line(out, line);
        if (why) return bad(err, number, why);
        text = (hb_str){text.at + line.n + (end != NULL), text.n - line.n - (end != NULL)};
    }
    if (out->n_logs == 0) return bad(err, 0, "is missing: no log is named");
    out->outside = find_part(out, HB_STR("outside"));
    return true;
}

// Parts only name parts before them, so this ends.
static bool is_satisfied(const proof_policy *policy, int part, const bool *has_signed) {
    const proof_policy_part *p = &policy->parts[part];
    uint32_t n = 0;
    if (!p->is_group) return has_signed[part];
    for (uint32_t i = 0; i < p->n_members; i++) {
        n += is_satisfied(policy, p->members[i], has_signed);
    }
    return n >= p->wanted;
}

bool proof_policy_open(const proof_policy *policy, hb_str note, proof_note *opened,
                       proof_checkpoint *checkpoint, proof_standing *standing, hb_error *err) {
    proof_key keys[8 + PROOF_MAX_POLICY];
    int part_of[8 + PROOF_MAX_POLICY];
    bool has_signed[PROOF_MAX_POLICY] = {false}, is_log_signed = false;
    uint32_t n = 0;
    *standing = (proof_standing){0};
    for (uint32_t i = 0; i < policy->n_logs; i++) part_of[n] = -1, keys[n++] = policy->logs[i];
    for (uint32_t i = 0; i < policy->n_parts; i++) {
        if (policy->parts[i].is_group) continue;
        part_of[n] = (int)i, keys[n++] = policy->parts[i].key;
        standing->n_witnesses++;
    }
    if (!proof_note_open(note, keys, n, opened, err)) return false;
    if (!proof_checkpoint_read(opened->text, checkpoint)) {
        return hb_fail(err, HB_INPUT, "bad-checkpoint",
                       "the signed text is no checkpoint: origin, size, root");
    }
    for (uint32_t i = 0; i < opened->n_signers; i++) {
        uint32_t key = opened->signers[i].key;
        if (part_of[key] >= 0)
            has_signed[part_of[key]] = true;
        else
            is_log_signed |= hb_str_equal(keys[key].name, checkpoint->origin);
    }
    if (!is_log_signed) {
        return hb_fail(err, HB_INPUT, "bad-checkpoint",
                       "the checkpoint is not signed by the log it names as its origin");
    }
    for (uint32_t i = 0; i < policy->n_parts; i++) standing->n_cosigned += has_signed[i];
    standing->is_witnessed = policy->quorum >= 0 && policy->outside >= 0 &&
                             is_satisfied(policy, policy->quorum, has_signed) &&
                             is_satisfied(policy, policy->outside, has_signed);
    return true;
}
