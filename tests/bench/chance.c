#include "tests/bench/chance.h"

unsigned chance_below(struct chance *c, unsigned bound)
{
    c->state = c->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(c->state >> 33) % bound;
}
