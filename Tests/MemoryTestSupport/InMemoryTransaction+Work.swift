import MemoryModel

extension InMemoryTransaction {
    func enqueue(_ jobs: [NewJob]) async throws(StoreError) {
        try write { workspace in
            var keys = Set(workspace.jobs.values.filter { !$0.isDone }.map(\.key))
            for job in jobs where keys.insert(job.key).inserted {
                let id: Identifier<Job> = self.identifiers.next()
                let readyAt = self.now.advanced(bySeconds: job.delay.components.seconds)
                workspace.jobs[id] = InMemoryJob(id: id, key: job.key, payload: job.payload, readyAt: readyAt)
            }
        }
    }

    func completeJob(_ job: ClaimedJob) async throws(StoreError) {
        try write { workspace throws(StoreError) in
            guard var stored = workspace.jobs[job.id], stored.lease?.number == job.lease, !stored.isDone else {
                throw StoreError(.conflict, "the lease was lost", field: "job")
            }
            stored.isDone = true
            stored.lease = nil
            workspace.jobs[job.id] = stored
        }
    }

    func append(_ events: [NewEvent]) {
        collect(events: events)
    }

    func repeatedAnswer(to request: RepeatableRequest) async throws(StoreError) -> RepeatedAnswer? {
        try read { workspace throws(StoreError) in
            guard let known = workspace.answers[request.key] else { return nil }
            guard known.request == request else {
                throw StoreError(.invalid, "the key came with another request", field: "Idempotency-Key")
            }
            return known.answer
        }
    }

    func remember(_ answer: RepeatedAnswer, to request: RepeatableRequest) async throws(StoreError) {
        try write { $0.answers[request.key] = (request, answer) }
        collect(remembered: [request])
    }
}
