internal import ArgumentParser
internal import Foundation
internal import SentenceEncoder

/// `mneme bench sample-embeddings`: makes the files of data/golden/sample-embeddings.
struct BenchSampleEmbeddingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-embeddings",
        abstract: "Embed the sample workspace's texts for the recall tests.",
        shouldDisplay: false
    )

    /// Rows of the file of queries: all questions, and sentences that the base leaves out.
    private static let queryCount = 200

    @OptionGroup var model: BenchModelOptions

    @Option(help: "The folder to write base.i8.npy and queries.i8.npy to.")
    var out = "data/golden/sample-embeddings"

    func run() throws {
        do {
            try make()
        } catch {
            throw CommandFailure(error)
        }
    }

    private func make() throws {
        let encoder = try model.encoder()
        let texts = try BenchTexts(folder: model.data)
        let sentences = texts.sentences
        let heldOutCount = max(0, Self.queryCount - texts.questions.count)
        guard heldOutCount < sentences.count else { throw BenchFailure("there are only \(sentences.count) sentences") }
        // Evenly spread over the workspace.
        let heldOut = Set((0..<heldOutCount).map { $0 * sentences.count / heldOutCount })

        let base = texts.contents + sentences.indices.filter { !heldOut.contains($0) }.map { sentences[$0] }
        let queries = texts.questions.prefix(Self.queryCount) + heldOut.sorted().map { sentences[$0] }
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        for (name, texts) in [("base", base), ("queries", Array(queries))] {
            let threads = ProcessInfo.processInfo.activeProcessorCount
            let vectors = try encoder.encode(texts, threads: threads).map(\.vector)
            try BenchArray(quantising: vectors).write(to: "\(out)/\(name).i8.npy")
            print("\(out)/\(name).i8.npy: \(vectors.count) rows")
        }
    }
}
