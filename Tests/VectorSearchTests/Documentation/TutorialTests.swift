import Foundation
import Testing
import VectorSearch

/// The code that the documentation shows, compiled and run; a test holds the documentation to it word for word.
struct TutorialTests {
    @Test func theTutorialRuns() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("mneme-tutorial-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }

        // snippet: insert
        let index = try VectorIndex(VectorIndexConfiguration(dimension: 3))
        try index.insert([0.9, 0.1, 0.0], key: 1)
        try index.insert([0.0, 1.0, 0.2], key: 2)
        try index.insert([
            VectorEntry(key: 3, part: 0, vector: [0.1, 0.0, 1.0]),
            VectorEntry(key: 3, part: 1, vector: [0.8, 0.3, 0.1]),
        ])
        // end

        // snippet: search
        let nearest = try index.search([1, 0, 0], k: 2)
        for match in nearest {
            print("key \(match.key), part \(match.part): cosine \(match.score)")
        }
        // end
        #expect(nearest.map(\.key) == [1, 3])
        #expect(nearest.map(\.part) == [0, 1])

        // snippet: graph
        try index.buildGraph(threads: 2)
        // end
        #expect(index.kind == .graph)

        // snippet: filter
        let allowed = KeyFilter.keys([2, 3])
        let filtered = try index.search([1, 0, 0], k: 2, filter: allowed)

        let odd = KeyFilter.matching(estimatedCount: 2) { $0 % 2 == 1 }
        let filteredByRule = try index.search([1, 0, 0], k: 2, filter: odd)
        // end
        #expect(filtered.map(\.key) == [3, 2])
        #expect(filteredByRule.map(\.key) == [1, 3])

        // snippet: range
        let close = try index.search([1, 0, 0], within: 0.9)
        // end
        #expect(close.map(\.key) == [1, 3])

        // snippet: batch
        let answers = try index.search(batch: [[1, 0, 0], [0, 0, 1]], k: 1)
        // end
        #expect(answers.map { $0.map(\.key) } == [[1], [3]])

        // snippet: remove
        index.remove(key: 1)
        try index.insert([0.0, 0.9, 0.1], key: 2)
        if index.isOutgrown || index.removedVectorCount > index.vectorCount / 4 { try index.compact() }
        // end
        #expect(index.count == 2 && index.vectorCount == 3 && index.removedVectorCount == 0)

        // snippet: snapshot
        let identity = SnapshotIdentity(owner: [], profile: "my-model/3", generation: 1, epoch: "", seq: 17)
        let writer = try SnapshotWriter(directory: folder, identity: identity)
        try index.save(to: writer)
        try writer.commit()

        let reader = try SnapshotReader(directory: folder)
        try reader.require(identity)
        let loaded = try VectorIndex.load(from: reader, index.configuration)
        if let reason = loaded.graphRefusal { print("the graph has to be built again: \(reason)") }
        // end
        #expect(try loaded.index.search([1, 0, 0], k: 1) == index.search([1, 0, 0], k: 1))

        // snippet: errors
        do {
            try index.insert([1, 0], key: 4)
        } catch {
            switch error.code {
            case .wrongDimension, .notFinite, .zeroVector: print("not a vector of this index: \(error)")
            default: throw error
            }
        }
        // end
        #expect(!index.contains(key: 4))
    }

    @Test(arguments: ["Sources/VectorSearch/Documentation.docc/GettingStarted.md", "docs/vector-search.md"])
    func everySnippetOfTheDocumentationIsTheCodeThatRuns(path: String) throws {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
        let document = try String(contentsOf: root.appending(path: path), encoding: .utf8)
        let snippets = Self.snippets(of: source)
        #expect(snippets.count == 9)
        let blocks = Self.blocks(of: document)
        #expect(!blocks.isEmpty)
        for block in blocks where block != "import VectorSearch" {
            #expect(snippets.contains(block), "not run by the test:\n\(block)")
        }
    }

    /// The code between `// snippet:` and `// end`, without its indentation.
    private static func snippets(of source: String) -> [String] {
        var snippets: [String] = []
        var current: [Substring]?
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            let code = line.drop { $0 == " " }
            if code.hasPrefix("// snippet: ") {
                current = []
            } else if code == "// end", let lines = current {
                snippets.append(lines.map { $0.dropFirst(min(8, $0.count)) }.joined(separator: "\n"))
                current = nil
            } else {
                current?.append(line)
            }
        }
        return snippets
    }

    /// The blocks of Swift code of a document.
    private static func blocks(of document: String) -> [String] {
        document.components(separatedBy: "```swift\n").dropFirst().compactMap { rest in
            rest.components(separatedBy: "\n```").first
        }
    }
}
