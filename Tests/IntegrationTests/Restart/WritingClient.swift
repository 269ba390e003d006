import MemoryModel
import MemoryTestSupport
import ServiceAssembly

/// Writes items and messages with ids of its own, one request after the other, until it is cancelled.
struct WritingClient: Sendable {
    private static let words = """
        build deploy cache index token budget thread fork agent queue lease vector kernel socket schema policy audit \
        pantry recipe invoice
        """.split(separator: " ").map(String.init)

    let client: ServiceClient
    let ledger: WriteLedger
    let collection: String
    let thread: String
    let identifiers = IdentifierGenerator(clock: SystemClock())

    /// Writes until it is cancelled.
    ///
    /// A request that is cancelled, or given up, may or may not have been done.
    func run(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        while !Task.isCancelled {
            let kind = Double.random(in: 0..<1, using: &random) < 0.6 ? WriteLedger.Kind.item : .message
            let count = Bool.random(using: &random) ? 1 : Int.random(in: 2...12, using: &random)
            var contents: [String: String] = [:]
            for _ in 0..<count { contents[identifiers.next(ContextItem.self).description] = text(kind, &random) }
            ledger.willSend(contents, as: kind)
            // Some clients give up at the first failure, others try again.
            var client = client
            if Bool.random(using: &random) { client.patience = .zero }
            if await write(contents, kind, client) { ledger.acknowledge(contents, as: kind) }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 0..<300, using: &random)))
        }
    }

    private func write(_ contents: [String: String], _ kind: WriteLedger.Kind, _ client: ServiceClient) async -> Bool {
        let bodies = contents.sorted { $0.key < $1.key }.map { id, content in
            var members: [String: JSONValue] = ["id": .string(id), "content": .string(content)]
            switch kind {
            case .item: members["collection_id"] = .string(collection)
            case .message: members.merge(["author": .string("Ada"), "author_type": .string("human")]) { $1 }
            }
            return JSONValue.object(members)
        }
        let path =
            switch kind {
            case .item: "/v1/items"
            case .message: "/v1/threads/\(thread)/messages"
            }
        let name = kind == .item ? "items" : "messages"
        do {
            if bodies.count == 1, let body = bodies.first {
                _ = try await client.post(path, body)
            } else {
                _ = try await client.post("\(path)/batch", .object([name: .array(bodies)]))
            }
            return true
        } catch {
            return false
        }
    }

    /// A text that no other is like; its first word is its own.
    private func text(_ kind: WriteLedger.Kind, _ random: inout SeededGenerator) -> String {
        let own = "\(kind)\(String(UInt64.random(in: 0 ... .max, using: &random), radix: 36))"
        let rest = (0..<14).map { _ in Self.words[Int.random(in: 0..<Self.words.count, using: &random)] }
        return ([own] + rest).joined(separator: " ")
    }
}
