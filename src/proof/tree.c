// The Merkle tree of RFC 9162 §2.1. n leaves split at the largest power of two below n; nothing is
// padded and no leaf is doubled, so a tree of any size is a row of complete subtrees, the largest
// first:
//
//     size 7 = 4 + 2 + 1:        root = node(A, node(B, c))
//                                A = node 0 of level 2, B = node 2 of level 1, c = node 6 of level
//                                0
//
// Complete subtrees never change, so stores and tiles keep only those.
#include "proof/proof.h"

#include <string.h>

hb_hash proof_leaf(hb_str entry) {
    hb_sha256_state state;
    hb_sha256_start(&state);
    hb_sha256_add(&state, "\0", 1);
    hb_sha256_add(&state, entry.at, entry.n);
    return hb_sha256_end(&state);
}

hb_hash proof_node(hb_hash left, hb_hash right) {
    uint8_t both[65] = {1};
    memcpy(both + 1, left.bytes, 32);
    memcpy(both + 33, right.bytes, 32);
    return hb_sha256(both, sizeof both);
}

bool proof_same(hb_hash a, hb_hash b) {
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

// ---- checking -----------------------------------------------------------------------------------

bool proof_check_inclusion(uint64_t index, uint64_t size, hb_hash leaf, const hb_hash *proof,
                           uint32_t n, hb_hash root) {
    if (index >= size || n > PROOF_MAX_HASHES) return false;
    uint64_t at = index, last = size - 1;
    hb_hash got = leaf;
    for (uint32_t i = 0; i < n; i++) {
        if (last == 0) return false;
        if ((at & 1) || at == last) {
            got = proof_node(proof[i], got);
            while (!(at & 1) && at > 0) at >>= 1, last >>= 1;
        } else {
            got = proof_node(got, proof[i]);
        }
        at >>= 1, last >>= 1;
    }
    return last == 0 && proof_same(got, root);
}

bool proof_check_consistency(uint64_t size1, uint64_t size2, const hb_hash *proof, uint32_t n,
                             hb_hash root1, hb_hash root2) {
    if (size1 == 0 || size1 > size2 || n > PROOF_MAX_HASHES) return false;
    if (size1 == size2) return n == 0 && proof_same(root1, root2);
    uint64_t at = size1 - 1, last = size2 - 1;
    while (at & 1) at >>= 1, last >>= 1;
    bool is_whole = (size1 & (size1 - 1)) == 0;  // size1 leaves are one complete subtree
    uint32_t i = 0;
    if (!is_whole && n == 0) return false;
    hb_hash first = is_whole ? root1 : proof[i++], second = first;
    for (; i < n; i++) {
        if (last == 0) return false;
        if ((at & 1) || at == last) {
            first = proof_node(proof[i], first);
            second = proof_node(proof[i], second);
            while (!(at & 1) && at > 0) at >>= 1, last >>= 1;
        } else {
            second = proof_node(second, proof[i]);
        }
        at >>= 1, last >>= 1;
    }
    return last == 0 && proof_same(first, root1) && proof_same(second, root2);
}

// ---- making -------------------------------------------------------------------------------------

static uint32_t level_of(uint64_t power) {
    return (uint32_t)__builtin_ctzll(power);
}

// Largest power of two below n; n > 1.
static uint64_t split(uint64_t n) {
    return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

// Hash of the leaves [start, start + n): start is a multiple of the power of two that holds n.
static bool range(const proof_nodes *nodes, uint64_t start, uint64_t n, hb_hash *out,
                  hb_error *err) {
    if ((n & (n - 1)) == 0) {
        return nodes->node(nodes->context, level_of(n), start >> level_of(n), out, err);
    }
    uint64_t k = split(n);
    hb_hash left, right;
    if (!range(nodes, start, k, &left, err)) return false;
    if (!range(nodes, start + k, n - k, &right, err)) return false;
    *out = proof_node(left, right);
    return true;
}

bool proof_root(const proof_nodes *nodes, uint64_t size, hb_hash *out, hb_error *err) {
    if (size == 0) {
        *out = hb_sha256("", 0);
        return true;
    }
    return range(nodes, 0, size, out, err);
}

static void reverse(hb_hash *hashes, uint32_t n) {
    for (uint32_t i = 0; i < n / 2; i++) {
        hb_hash other = hashes[i];
        hashes[i] = hashes[n - 1 - i];
        hashes[n - 1 - i] = other;
    }
}

// From the root down; a proof lists from the leaf up.
bool proof_make_inclusion(const proof_nodes *nodes, uint64_t index, uint64_t size, hb_hash *hashes,
                          uint32_t *n, hb_error *err) {
    uint64_t start = 0, left = size;
    uint32_t count = 0;
    while (left > 1) {
        uint64_t k = split(left);
        if (index - start < k) {
            if (!range(nodes, start + k, left - k, &hashes[count++], err)) return false;
            left = k;
        } else {
            if (!range(nodes, start, k, &hashes[count++], err)) return false;
            start += k, left -= k;
        }
    }
    reverse(hashes, count);
    *n = count;
    return true;
}

// RFC 9162 §2.1.4.1: SUBPROOF, from the root down.
bool proof_make_consistency(const proof_nodes *nodes, uint64_t size1, uint64_t size2,
                            hb_hash *hashes, uint32_t *n, hb_error *err) {
    uint64_t start = 0, old = size1, new = size2;
    uint32_t count = 0;
    bool is_known = true;  // the old subtree here is the whole old tree, whose root is known
    *n = 0;
    if (size1 == 0) return true;
    while (old != new) {
        uint64_t k = split(new);
        if (old <= k) {
            if (!range(nodes, start + k, new - k, &hashes[count++], err)) return false;
            new = k;
        } else {
            if (!range(nodes, start, k, &hashes[count++], err)) return false;
            start += k, old -= k, new -= k;
            is_known = false;
        }
    }
    if (!is_known && !range(nodes, start, old, &hashes[count++], err)) return false;
    reverse(hashes, count);
    *n = count;
    return true;
}

// ---- growing ------------------------------------------------------------------------------------

// complete[l] holds a subtree of 2^l leaves exactly when bit l of n is set.
void proof_grow(proof_growing *tree, hb_hash leaf) {
    uint32_t level = 0;
    for (uint64_t n = tree->n; n & 1; n >>= 1) {
        leaf = proof_node(tree->complete[level++], leaf);
    }
    tree->complete[level] = leaf;
    tree->n++;
}

hb_hash proof_grown_root(const proof_growing *tree) {
    if (tree->n == 0) return hb_sha256("", 0);
    uint32_t level = level_of(tree->n & -tree->n);
    hb_hash root = tree->complete[level++];
    for (; level < 64; level++) {
        if (tree->n >> level & 1) root = proof_node(tree->complete[level], root);
    }
    return root;
}
