internal import Foundation

/// What the system says about this process and its machine.
enum BenchProcess {
    /// Bytes of memory that are in use now.
    static func residentBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        guard let kilobytes = status.firstMatch(of: /VmRSS:\s*([0-9]+) kB/).flatMap({ Int($0.output.1) }) else {
            throw BenchFailure("the system does not say how much memory is in use")
        }
        return kilobytes * 1024
    }

    /// Seconds of processor time so far, over all threads.
    static var cpuSeconds: Double {
        // POSIX fixes the unit of clock() at a microsecond.
        Double(clock()) / 1_000_000
    }

    /// The processor's name, and how many processors this process may use.
    static var machine: String {
        let processors = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let name = processors.firstMatch(of: /model name\s*: (.+)/).map { String($0.output.1) } ?? "unknown processor"
        return "\(ProcessInfo.processInfo.activeProcessorCount) x \(name)"
    }
}

/// Time since it was made.
struct BenchStopwatch {
    private let start = ContinuousClock.now
    private let cpuStart = BenchProcess.cpuSeconds

    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }
    var cpuSeconds: Double { BenchProcess.cpuSeconds - cpuStart }
}
