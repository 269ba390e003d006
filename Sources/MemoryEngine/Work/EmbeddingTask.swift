internal import MemoryModel

/// What one job embeds: versions of items or messages of one collection, for one generation.
struct EmbeddingOrder: Sendable {
    /// What is to be read.
    enum Source: Sendable {
        case items([ItemVersionReference])
        case messages([MessageVersionReference])
    }

    let collectionID: Identifier<MemoryCollection>
    let generation: Int32
    let source: Source
}

/// Embeds the texts of one job: reads them, has the provider embed them outside any transaction, writes the vectors in
/// one transaction with the job's completion.
///
/// Doing it twice has the effect of doing it once: a lost lease rolls the second try's writes back, and a vector is
/// written at its text's version, generation, view and part. What was deleted or edited meanwhile is left out.
struct EmbeddingTask: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        var embedded = 0
        /// Texts that the provider refuses, which are put aside: searched by words alone.
        var refused = 0
    }

    /// A version of an item or message.
    private struct Version: Sendable, Hashable {
        let sourceID: Identifier<IndexEntryChange>
        let version: Int32
    }

    /// A version with the strings that stand for it.
    private struct Text: Sendable {
        let version: Version
        let parts: [EmbeddedPart]
    }

    let store: any MemoryStore
    let provider: any EmbeddingProvider
    let prices: PriceList
    let configuration: WorkerConfiguration

    /// Does the job.
    ///
    /// - Throws: `EmbeddingError` or `StoreError`: the job is to be tried again.
    func run(_ job: ClaimedJob, _ order: EmbeddingOrder) async throws -> Outcome {
        let profile = provider.profile
        let read = try await store.withTransaction(as: .worker(in: job.workspaceID), .reading()) { tx -> Read in
            let collection = try await Self.collection(order.collectionID, in: tx)
            guard let collection, collection.profile == profile, collection.generation == order.generation else {
                return Read()
            }
            let texts = try await Self.texts(of: order.source, in: collection, tx: tx)
            let hashes = texts.flatMap { text in text.parts.map { EmbeddedText.hash(of: $0, profile: profile) } }
            let known = try await tx.reusableVectors(profile: profile, textHashes: Array(Set(hashes)))
            return Read(texts: texts, known: known, userID: collection.userID, agentID: collection.agentID)
        }.value
        var outcome = Outcome()
        let vectors = try await embed(read, for: job, generation: order.generation, profile: profile, into: &outcome)
        try await write(vectors, of: job, order)
        return outcome
    }

    private struct Read: Sendable {
        var texts: [Text] = []
        var known: [[UInt8]: [Float]] = [:]
        /// The user whose personal collection it is.
        var userID: Identifier<User>?
        /// The agent whose personal collection it is.
        var agentID: Identifier<Agent>?
    }

    /// The versions that are still there, with their strings.
    private static func texts(
        of source: EmbeddingOrder.Source,
        in collection: MemoryCollection,
        tx: any MemoryTransaction
    ) async throws -> [Text] {
        switch source {
        case .items(let references):
            return try await tx.items(references).filter { $0.collectionID == collection.id }.map { item in
                let version = Version(sourceID: ItemIndexing.sourceID(of: item.id), version: item.version)
                return Text(version: version, parts: EmbeddedText.parts(of: item))
            }
        case .messages(let references):
            let wanted = Set(references)
            return try await tx.messages(references.map(\.messageID)).compactMap { message in
                let reference = MessageVersionReference(messageID: message.id, version: message.version)
                guard message.audienceID == collection.audienceID, wanted.contains(reference) else { return nil }
                let version = Version(sourceID: MessageIndexing.sourceID(of: message.id), version: message.version)
                return Text(version: version, parts: EmbeddedText.parts(of: message))
            }
        }
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
    ) async throws -> [Version: [EntryVector]] {
        let subject = UsageSubject(workspaceID: job.workspaceID, userID: read.userID, agentID: read.agentID)
        let meter = CallMeter(store: store, prices: prices, job: job, subject: subject)
        var vectors = read.known
        var seen: Set<[UInt8]> = []
        let missing = read.texts.flatMap(\.parts).filter { part in
            let hash = EmbeddedText.hash(of: part, profile: profile)
            return vectors[hash] == nil && seen.insert(hash).inserted
        }
        for start in stride(from: 0, to: missing.count, by: max(1, configuration.batchSize)) {
            try Task.checkCancellation()
            let batch = missing[start..<min(start + configuration.batchSize, missing.count)]
            let results = try await embed(batch.map(\.text), meter)
            for (part, vector) in zip(batch, results) {
                if let vector {
                    vectors[EmbeddedText.hash(of: part, profile: profile)] = vector
                    outcome.embedded += 1
                } else {
                    outcome.refused += 1
                }
            }
        }
        var embedded: [Version: [EntryVector]] = [:]
        for text in read.texts {
            embedded[text.version] = text.parts.compactMap { part in
                let hash = EmbeddedText.hash(of: part, profile: profile)
                return vectors[hash].map { part.vector($0, hash: hash, generation: generation) }
            }
        }
        return embedded
    }

    /// One vector a text; nil for a text that the provider refuses, found by halving the batch.
    private func embed(_ texts: [String], _ meter: CallMeter) async throws -> [[Float]?] {
        do {
            let result = try await meter.embed(texts, by: provider, timeout: configuration.callTimeout)
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
        _ embedded: [Version: [EntryVector]],
        of job: ClaimedJob,
        _ order: EmbeddingOrder
    ) async throws {
        _ = try await store.withTransaction(as: .worker(in: job.workspaceID), .writing()) { tx in
            // First, so that a lost lease costs nothing.
            try await tx.completeJob(job)
            if let collection = try await Self.collection(order.collectionID, in: tx) {
                let present = try await Self.versions(of: order.source, in: collection, tx: tx)
                tx.stamp(
                    present.compactMap { version in
                        guard let vectors = embedded[version], !vectors.isEmpty else { return nil }
                        return IndexEntryChange(
                            collectionID: order.collectionID,
                            sourceID: version.sourceID,
                            version: version.version,
                            vectors: vectors
                        )
                    }
                )
            }
        }
    }

    /// The versions that are still there, in one order.
    private static func versions(
        of source: EmbeddingOrder.Source,
        in collection: MemoryCollection,
        tx: any MemoryTransaction
    ) async throws -> [Version] {
        try await texts(of: source, in: collection, tx: tx).map(\.version).sorted {
            ($0.sourceID, $0.version) < ($1.sourceID, $1.version)
        }
    }
}
