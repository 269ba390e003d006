internal import Foundation

/// A measuring program that runs other engines and ours in turn, where the environment names a Python that has them.
struct BenchPeers {
    private let python: String
    private let program: String

    /// Nil where there is none.
    init?() {
        let environment = ProcessInfo.processInfo.environment
        guard let python = environment["MNEME_BENCH_PYTHON"], !python.isEmpty else { return nil }
        let program = environment["MNEME_BENCH_PEERS"] ?? "../shared/bench/bench.py"
        guard FileManager.default.fileExists(atPath: program) else { return nil }
        self.python = python
        self.program = program
    }

    /// Runs all engines interleaved and prints what the program prints; its JSON goes beside ours as `FILE.peers`.
    func run(
        prefix: String,
        isInt8: Bool,
        engines: String,
        isFiltered: Bool,
        threads: Int,
        runs: Int,
        json: String?
    ) throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let file = json.map { "\($0).peers" } ?? NSTemporaryDirectory() + "mneme-bench-\(UUID().uuidString).json"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments =
            [program, "--data", prefix, "--variant", isInt8 ? "i8" : "f32", "--engines", engines]
            + ["--cmd", "mneme=\(own) bench engine", "--threads", "\(threads)", "--reps", "\(runs)", "--json", file]
            + (isFiltered ? ["--filter"] : [])
        var environment = ProcessInfo.processInfo.environment
        // Each engine takes the kernels of this machine.
        environment["OPENBLAS_CORETYPE"] = nil
        process.environment = environment
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchFailure("\(program) ended with code \(process.terminationStatus)")
        }
    }
}
