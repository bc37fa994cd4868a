// roles.def as C reads it. A cell that is none of the letters grants nothing.
#include <assert.h>
#include <string.h>

#include "web/page.h"

static const struct {
    const char *name, *words, *start;
    bool sees_confidential;
} ROLES[] = {
#define WEB_ROLE_ROW(id, name, words, start, sees) \
    [WEB_##id] = {name, WORDS_LATER(words), start, sees},
#include "web/roles.def"
};
static const struct {
    const char *name, *words;
    char cells[WEB_N_ROLES + 1];
} ACTS[] = {
#define WEB_ACT_ROW(id, cells, words) [WEB_##id] = {#id, WORDS_LATER(words), cells},
#include "web/roles.def"
};
#define WEB_ACT_ROW(id, cells, words) \
    static_assert(sizeof(cells) == WEB_N_ROLES + 1, "a column a role: " #id);
#include "web/roles.def"

web_grant web_role_grant(web_role role, web_act act) {
    if (role >= WEB_N_ROLES || act >= WEB_N_ACTS) return WEB_NOTHING;
    switch (ACTS[act].cells[role]) {
        case 'a': return WEB_ALL;
        case 'o': return WEB_OWN;
        case 'c': return WEB_COUNTS;
        default: return WEB_NOTHING;
    }
}

const char *web_role_name(web_role role) {
    return ROLES[role].name;
}
const char *web_role_words(web_role role) {
    return ROLES[role].words;
}
const char *web_role_start(web_role role) {
    return ROLES[role].start;
}
bool web_role_sees_confidential(web_role role) {
    return ROLES[role].sees_confidential;
}
const char *web_act_name(web_act act) {
    return ACTS[act].name;
}
const char *web_act_words(web_act act) {
    return ACTS[act].words;
}

bool web_role_find(hb_str name, web_role *role) {
    for (int i = 0; i < WEB_N_ROLES; i++) {
        if (!hb_str_equal(name, hb_str_from(ROLES[i].name))) continue;
        *role = (web_role)i;
        return true;
    }
    return false;
}

void web_roles_csv(hb_text *out) {
    hb_text_add(out, HB_STR("act"));
    for (int role = 0; role < WEB_N_ROLES; role++) hb_text_addf(out, ",%s", ROLES[role].name);
    hb_text_add(out, HB_STR(",what\n"));
    for (int act = 0; act < WEB_N_ACTS; act++) {
        static const char *const GRANTS[] = {
            [WEB_NOTHING] = "", [WEB_COUNTS] = "counts", [WEB_OWN] = "own", [WEB_ALL] = "all"};
        hb_text_add(out, hb_str_from(ACTS[act].name));
        for (int role = 0; role < WEB_N_ROLES; role++) {
            hb_text_addf(out, ",%s", GRANTS[web_role_grant((web_role)role, (web_act)act)]);
        }
        hb_text_add(out, HB_STR(","));
        hb_text_add_csv(out, hb_str_from(ACTS[act].words));
        hb_text_add(out, HB_STR("\n"));
    }
}
