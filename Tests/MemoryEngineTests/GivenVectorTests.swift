import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

/// Vectors that writers and askers bring themselves.
struct GivenVectorTests {
    private static func axis(_ place: Int, of profile: EmbeddingProfile, length: Float = 1) -> GivenVector {
        var vector = [Float](repeating: 0, count: profile.dimensions)
        vector[place] = length
        return GivenVector(model: profile.model, vector: vector)
    }

    private static func draft(_ content: String, _ embedding: GivenVector) -> ItemDraft {
        var draft = ItemDraft(content: content)
        draft.embedding = embedding
        return draft
    }

    @Test func anItemIsFoundByTheVectorItCameWithAndNothingIsEmbedded() async throws {
        let engine = try await EngineFixture()
        let profile = engine.embedder.profile
        let items = try await engine.remember(
            Self.draft("One fact.", Self.axis(0, of: profile, length: 5)),
            Self.draft("Another fact.", Self.axis(1, of: profile, length: 5)),
            Self.draft("A third fact.", Self.axis(2, of: profile, length: 5))
        )
        let search = ItemSearch(sharing: engine.context)
        var query = NearestItemsQuery(embedding: Self.axis(1, of: profile, length: 0.1), limit: 2)
        let answer = try await search.nearest(query, as: engine.agent)
        #expect(answer.items.count == 2)
        #expect(answer.items.first?.item.id == items[1].id)
        #expect(abs((answer.items.first?.similarity ?? 0) - 1) < 0.001)
        #expect(answer.freshness.awaitingVectors == 0)
        #expect(engine.embedder.callCount == 0)
        query.filter.kinds = [.decision]
        #expect(try await search.nearest(query, as: engine.agent).items.isEmpty)
    }

    @Test func theSameTextOfAnotherIsEmbeddedAllTheSame() async throws {
        let engine = try await EngineFixture()
        let profile = engine.embedder.profile
        _ = try await engine.remember(Self.draft("The sky is blue.", Self.axis(0, of: profile)))
        let honest = try await engine.remember(ItemDraft(content: "The sky is blue."))[0]
        await engine.work()
        #expect(engine.embedder.callCount > 0)
        let search = ItemSearch(sharing: engine.context)
        let answer = try await search.nearest(
            NearestItemsQuery(embedding: Self.axis(0, of: profile)),
            as: engine.agent
        )
        let similarity = try #require(answer.items.first { $0.item.id == honest.id }?.similarity)
        #expect(similarity < 0.99)
    }

    @Test func aVectorThatIsNoneOfTheProfilesIsRefusedByName() async throws {
        let engine = try await EngineFixture()
        let profile = engine.embedder.profile
        let right = Self.axis(0, of: profile)
        let wrong: [(GivenVector, String)] = [
            (GivenVector(model: "another", vector: right.vector), "embedding.model"),
            (GivenVector(model: profile.model, vector: Array(right.vector.dropLast())), "embedding.vector"),
            (GivenVector(model: profile.model, vector: right.vector.map { _ in 0 }), "embedding.vector"),
            (GivenVector(model: profile.model, vector: right.vector.map { _ in .nan }), "embedding.vector"),
        ]
        let search = ItemSearch(sharing: engine.context)
        for (vector, field) in wrong {
            let written = await #expect(throws: EngineError.self) {
                try await engine.remember(Self.draft("A fact.", vector))
            }
            #expect(written?.code == .invalid)
            #expect(written?.field == "items[0].\(field)")
            let asked = await #expect(throws: EngineError.self) {
                try await search.nearest(NearestItemsQuery(embedding: vector), as: engine.agent)
            }
            #expect(asked?.field == field)
        }
    }

    @Test func onWordsAloneAVectorHasNoUse() async throws {
        let engine = try await EngineFixture(embeds: false)
        let vector = GivenVector(model: "any", vector: [1])
        let error = await #expect(throws: EngineError.self) {
            try await engine.remember(Self.draft("A fact.", vector))
        }
        #expect(error?.field == "items[0].embedding")
    }
}
