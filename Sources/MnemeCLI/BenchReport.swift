internal import Foundation

/// One measured quantity, as the values of its runs.
struct BenchFigure: Encodable {
    enum Unit: String, Encodable {
        case milliseconds = "ms"
        case textsPerSecond = "texts/s"
        case tokensPerSecond = "tokens/s"
    }

    let name: String
    let threads: Int
    let unit: Unit
    let median: Double
    let least: Double
    let most: Double
    let runs: Int

    /// Sums up the values of at least one run.
    init(_ name: String, threads: Int, unit: Unit, values: [Double]) {
        let sorted = values.sorted()
        self.name = name
        self.threads = threads
        self.unit = unit
        median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        least = sorted.first ?? 0
        most = sorted.last ?? 0
        runs = sorted.count
    }
}

/// What a benchmark prints.
struct BenchReport: Encodable {
    let machine: String
    /// Which kernels OpenBLAS was told to take.
    let blasKernels: String
    let figures: [BenchFigure]

    /// A table in Markdown.
    var table: String {
        var lines = [
            "Machine: \(machine). OpenBLAS kernels: \(blasKernels).",
            "",
            "| what | threads | median | least | most | unit | runs |",
            "| --- | --: | --: | --: | --: | --- | --: |",
        ]
        for figure in figures {
            let values = [figure.median, figure.least, figure.most].map(Self.rounded).joined(separator: " | ")
            lines.append(
                "| \(figure.name) | \(figure.threads) | \(values) | \(figure.unit.rawValue) | \(figure.runs) |"
            )
        }
        return lines.joined(separator: "\n")
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    private static func rounded(_ value: Double) -> String {
        value < 100 ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))"
    }
}
