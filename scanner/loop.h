#ifndef SCANNER_LOOP_H
#define SCANNER_LOOP_H

#include "core/base/clock.h"
#include "core/base/list.h"
#include "core/http/engine.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What a walk turns on: the http engine, and small tasks that run now or after a pause. Nothing that a
 * caller hands over is run before it returns: state machines step only from loop_turn().
 */
typedef void (*task_fn)(void *ctx);

struct task {
    task_fn run;
    void *ctx;
    int64_t due_mono_ms; /* 0: as soon as possible */
    struct list link;
};

struct loop {
    struct http_engine *engine; /* borrowed */
    struct clock clock;
    struct list now, later;
    size_t jobs; /* inside the engine at the last turn */
    bool stop;   /* asked to end: tasks are dropped, jobs cancelled */
};

void loop_init(struct loop *l, struct http_engine *engine, struct clock clock);

/* A task belongs to its owner and is linked into one list at a time. */
void task_init(struct task *t, task_fn run, void *ctx);
void loop_soon(struct loop *l, struct task *t);
void loop_after(struct loop *l, struct task *t, int64_t pause_ms);

/* Runs what is due, then lets the engine work, waiting at most `wait_ms`. False when nothing is left to
 * wait for. */
bool loop_turn(struct loop *l, int64_t wait_ms);

#endif
