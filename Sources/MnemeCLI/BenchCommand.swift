internal import ArgumentParser

/// `mneme bench`: measures the parts that need no running service.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the vector index and the encoder.",
        discussion: "docs/benchmarks.md has figures, and says how to measure a running service.",
        subcommands: [
            BenchVectorsCommand.self, BenchEngineCommand.self, BenchEncoderCommand.self,
            BenchSampleEmbeddingsCommand.self,
        ]
    )
}

/// Why a benchmark cannot be run: one sentence for people.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
