internal import MemoryModel

/// Embeds the items of one job: reads them, has the provider embed them outside any transaction, writes the vectors in
/// one transaction with the job's completion.
///
/// Doing it twice has the effect of doing it once: a lost lease rolls the second try's writes back, and a vector is
/// written at its item's version, generation, view and part. Items that were deleted or edited meanwhile are left out.
struct EmbeddingTask: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        var embedded = 0
        /// Texts that the provider refuses, which are put aside: searched by words alone.
        var refused = 0
    }

    /// One string to embed.
    private struct Part: Sendable {
        let item: ContextItem
        let part: Int
        let text: String
    }

    let store: any MemoryStore
    let provider: any EmbeddingProvider
    let prices: PriceList
    let configuration: WorkerConfiguration

    /// Does the job.
    ///
    /// - Throws: `EmbeddingError` or `StoreError`: the job is to be tried again.
    func run(
        _ job: ClaimedJob,
        collectionID: Identifier<MemoryCollection>,
        generation: Int32,
        items: [ItemVersionReference]
    ) async throws -> Outcome {
        let principal = Principal.worker(in: job.workspaceID)
        let profile = provider.profile
        let read = try await store.withTransaction(as: principal, .reading()) { tx -> Read in
            let collection = try await Self.collection(collectionID, in: tx)
            guard let collection, collection.profile == profile, collection.generation == generation else {
                return Read(isWanted: false, subject: UsageSubject(workspaceID: job.workspaceID), items: [], known: [:])
            }
            let subject = UsageSubject(
                workspaceID: job.workspaceID,
                userID: collection.userID,
                agentID: collection.agentID
            )
            let present = try await tx.items(items).filter { $0.collectionID == collectionID }
            let hashes = present.flatMap { item in
                EmbeddedText.parts(of: item).map { EmbeddedText.hash(of: $0, profile: profile) }
            }
            let known = try await tx.reusableVectors(profile: profile, textHashes: Array(Set(hashes)))
            return Read(isWanted: true, subject: subject, items: present, known: known)
        }.value
        var outcome = Outcome()
        let vectors = try await embed(read, for: job, generation: generation, profile: profile, into: &outcome)
        try await write(vectors, of: job, collectionID: collectionID)
        return outcome
    }

    private struct Read: Sendable {
        let isWanted: Bool
        /// For whom the items are embedded: the agent or user whose personal collection they are in.
        let subject: UsageSubject
        let items: [ContextItem]
        let known: [[UInt8]: [Float]]
    }

    private static func collection(
        _ id: Identifier<MemoryCollection>,
        in tx: any MemoryTransaction
    ) async throws -> MemoryCollection? {
        do throws(StoreError) {
            return try await tx.collection(id)
        } catch {
            // Deleted meanwhile: there is nothing to do.
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    private func embed(
        _ read: Read,
        for job: ClaimedJob,
        generation: Int32,
        profile: EmbeddingProfile,
        into outcome: inout Outcome
    ) async throws -> [(ItemVersionReference, EntryVector)] {
        var embedded: [(ItemVersionReference, EntryVector)] = []
        let meter = CallMeter(store: store, provider: provider, prices: prices, job: job, subject: read.subject)
        var vectors = read.known
        let parts = read.items.flatMap { item in
            EmbeddedText.parts(of: item).enumerated().map { Part(item: item, part: $0, text: $1) }
        }
        var seen: Set<[UInt8]> = []
        let missing = parts.filter { part in
            let hash = EmbeddedText.hash(of: part.text, profile: profile)
            return vectors[hash] == nil && seen.insert(hash).inserted
        }
        for start in stride(from: 0, to: missing.count, by: max(1, configuration.batchSize)) {
            try Task.checkCancellation()
            let batch = missing[start..<min(start + configuration.batchSize, missing.count)].map(\.text)
            let results = try await embed(batch, meter)
            for (text, vector) in zip(batch, results) {
                if let vector {
                    vectors[EmbeddedText.hash(of: text, profile: profile)] = vector
                    outcome.embedded += 1
                } else {
                    outcome.refused += 1
                }
            }
        }
        for part in parts {
            let hash = EmbeddedText.hash(of: part.text, profile: profile)
            guard let vector = vectors[hash] else { continue }
            let reference = ItemVersionReference(itemID: part.item.id, version: part.item.version)
            embedded.append(
                (reference, EntryVector(generation: generation, part: Int16(part.part), textHash: hash, vector: vector))
            )
        }
        return embedded
    }

    /// One vector a text; nil for a text that the provider refuses, found by halving the batch.
    private func embed(_ texts: [String], _ meter: CallMeter) async throws -> [[Float]?] {
        do {
            let result = try await meter.embed(texts, timeout: configuration.callTimeout)
            guard result.vectors.count == texts.count else {
                throw EmbeddingError(.invalidAnswer, "the number of vectors is not that of the texts")
            }
            return result.vectors
        } catch let error as EmbeddingError where error.code == .invalidInput {
            // One of the texts is at fault: which one is found by halves.
        }
        guard texts.count > 1 else { return [nil] }
        let middle = texts.count / 2
        let first = try await embed(Array(texts[..<middle]), meter)
        return first + (try await embed(Array(texts[middle...]), meter))
    }

    private func write(
        _ embedded: [(ItemVersionReference, EntryVector)],
        of job: ClaimedJob,
        collectionID: Identifier<MemoryCollection>
    ) async throws {
        let groups = Dictionary(grouping: embedded, by: \.0).mapValues { $0.map(\.1) }
        let references = groups.keys.sorted { ($0.itemID, $0.version) < ($1.itemID, $1.version) }
        _ = try await store.withTransaction(as: .worker(in: job.workspaceID), .writing()) { tx in
            // First, so that a lost lease costs nothing.
            try await tx.completeJob(job)
            let present = Set(
                try await tx.items(references).map { ItemVersionReference(itemID: $0.id, version: $0.version) }
            )
            tx.stamp(
                references.filter(present.contains).map { reference in
                    IndexEntryChange(
                        collectionID: collectionID,
                        sourceID: ItemIndexing.sourceID(of: reference.itemID),
                        version: reference.version,
                        vectors: groups[reference] ?? []
                    )
                }
            )
        }
    }
}
