import MemoryModel
import MemoryTestSupport
import PostgresDriver
import ServiceAssembly
import Testing

/// What must hold of a service whose processes were killed while clients wrote to it.
struct StateCheck {
    let service: RunningService
    let ledger: WriteLedger
    let collection: Identifier<MemoryCollection>

    /// Every acknowledged write is there, nothing else is, and the feed is whole.
    func writes() async throws {
        for kind in WriteLedger.Kind.allCases {
            let there = try await contents(of: kind)
            #expect(ledger.lost(of: kind, there: there) == [])
            #expect(ledger.phantoms(of: kind, there: there) == [])
        }
        let broken = try await service.count(
            """
            SELECT count(*) FROM (
                SELECT FROM mneme.messages GROUP BY thread_id, fork_id
                HAVING count(DISTINCT position) <> count(*) OR max(position) - min(position) + 1 <> count(*)) AS t
            """
        )
        #expect(broken == 0, "positions of messages have gaps or repeat")
        let heads = try await service.count(
            """
            SELECT count(*) FROM (
                SELECT FROM mneme.collection_heads AS h JOIN mneme.index_entries AS e USING (workspace_id, collection_id)
                GROUP BY h.workspace_id, h.collection_id, h.last_key, h.last_seq
                HAVING h.last_key <> max(e.key) OR h.last_seq <> max(e.seq)) AS t
            """
        )
        #expect(heads == 0, "heads that are not those of their feeds")
        let unmatched = try await service.count(
            """
            SELECT count(*) FROM (SELECT e.source_id, e.version FROM mneme.index_entries AS e
                    WHERE e.live AND e.collection_id = \(collection)) AS e
                FULL JOIN (SELECT v.item_id, v.version FROM mneme.item_versions AS v
                    WHERE v.collection_id = \(collection)) AS v
                ON v.item_id = e.source_id AND v.version = e.version
            WHERE v.item_id IS NULL OR e.source_id IS NULL
            """
        )
        #expect(unmatched == 0, "entries of the feed without item, or items without entry")
        let unheard = try await service.count(
            """
            SELECT count(*) FROM (SELECT e.source_id, e.version, e.position FROM mneme.index_entries AS e
                    JOIN mneme.collections AS c ON c.id = e.collection_id AND c.content = 'messages'
                    WHERE e.live) AS e
                FULL JOIN mneme.messages AS m ON m.id = e.source_id AND m.version = e.version
                    AND m.position = e.position
            WHERE m.id IS NULL OR e.source_id IS NULL
            """
        )
        #expect(unheard == 0, "entries of the feed without message, or messages without entry")
    }

    /// Waits until no text is left to embed; then each item and message has its vectors and was embedded once.
    ///
    /// Each is one sentence: a vector for it with what goes before it, and one for it alone.
    func vectors() async throws {
        while try await service.count("SELECT count(*) FROM mneme.jobs WHERE NOT dead") > 0 {
            try await service.pause()
        }
        #expect(try await service.count("SELECT count(*) FROM mneme.jobs WHERE dead") == 0)
        let items = try await service.count(
            "SELECT count(*) FROM mneme.items WHERE collection_id = \(collection)"
        )
        let messages = try await service.count("SELECT count(*) FROM mneme.messages")
        for (content, count) in [("items", items), ("messages", messages)] {
            let (vectors, keys, texts) = try await service.query(
                """
                SELECT count(*), count(DISTINCT v.key), count(DISTINCT v.text_hash) FROM mneme.item_vectors AS v
                JOIN mneme.collections AS c ON c.id = v.collection_id AND c.content = \(content)
                """
            ).decodeOne((Int64, Int64, Int64).self)
            #expect(vectors == 2 * count)
            #expect(keys == count)
            #expect(texts == 2 * count)
        }
        // Calls are counted whatever comes of their job: a job whose worker was killed is embedded again, and both
        // calls are counted. None is left out.
        let counted = try await service.count(
            "SELECT coalesce(sum(texts), 0)::bigint FROM mneme.usage WHERE provider <> 'storage'"
        )
        #expect(counted >= 2 * (items + messages))
        let stored = try await service.count(
            "SELECT coalesce(sum(texts), 0)::bigint FROM mneme.usage WHERE provider = 'storage' AND model = 'vectors'"
        )
        // What is stored is counted in the transaction that stores it: more vectors than items would be effects twice.
        #expect(stored == 2 * (items + messages))
        let miscounted = try await service.count(
            """
            SELECT count(*) FROM mneme.workspace_counts AS c WHERE
                c.items <> (SELECT count(*) FROM mneme.items AS i
                    WHERE i.workspace_id = c.workspace_id AND i.deleted_at IS NULL)
                OR c.messages <> (SELECT count(*) FROM mneme.messages AS m WHERE m.workspace_id = c.workspace_id)
                OR c.vectors <> (SELECT count(*) FROM mneme.item_vectors AS v WHERE v.workspace_id = c.workspace_id)
            """
        )
        #expect(miscounted == 0, "counts that are not those of the rows")
    }

    /// Every item, or a sample, is the first that its own text finds, by its words and by its vector.
    func index(sample: Int?, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let items = try await contents(of: .item).sorted { $0.key < $1.key }.shuffled(using: &random)
        let client = try service.client()
        for (id, content) in items.prefix(sample ?? items.count) {
            let answer = try await client.get("/v1/search/items", [("q", content), ("limit", "3")])
            guard case .object(let members) = answer, case .array(let found)? = members["items"],
                case .object(let first)? = found.first, case .object(let item)? = first["item"],
                case .object(let scores)? = first["scores"], case .object(let freshness)? = members["freshness"]
            else {
                Issue.record("no items for \(content)")
                continue
            }
            #expect(item["id"] == .string(id))
            #expect(scores["vector"] != nil && scores["lexical"] != nil, "\(id) is missing in an index: \(scores)")
            #expect(freshness["awaiting_vectors"] == .integer(0))
            #expect(members["degraded"] == .bool(false))
        }
    }

    private func contents(of kind: WriteLedger.Kind) async throws -> [String: String] {
        let rows =
            switch kind {
            case .item:
                try await service.query(
                    "SELECT item_id::text, content FROM mneme.item_versions WHERE collection_id = \(collection)"
                )
            case .message: try await service.query("SELECT id::text, content FROM mneme.messages")
            }
        return Dictionary(try rows.decode((String, String).self)) { first, _ in
            Issue.record("an id is there twice")
            return first
        }
    }
}
