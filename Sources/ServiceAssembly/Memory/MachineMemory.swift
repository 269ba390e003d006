internal import Foundation

/// How much memory this process may use.
enum MachineMemory {
    private static let groupLimits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]

    /// Bytes of the machine, or of the container where that has less.
    static func byteCount(
        physical: UInt64 = ProcessInfo.processInfo.physicalMemory,
        read: (String) -> String? = { try? String(contentsOfFile: $0, encoding: .utf8) }
    ) -> Int {
        // A group without a limit says `max`, or a number beyond any machine's memory.
        let limits = groupLimits.compactMap { path in
            read(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        return min(Int(clamping: physical), limits.min() ?? .max)
    }
}
