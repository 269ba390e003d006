internal import Foundation

/// Finds and stops server processes that an earlier run left on a cluster.
///
/// The kernel stops Postgres when its supervisor is killed, but that takes a moment, and a new supervisor may be faster.
/// Processes are recognised by their program and working directory, never by an identifier alone: after a restart of the
/// machine or container the identifier in `postmaster.pid` can belong to anyone.
package struct LeftoverPostgres: Sendable {
    /// The folder of the cluster.
    package let cluster: String

    /// Describes a cluster that may have leftovers.
    package init(cluster: String) {
        self.cluster = cluster
    }

    /// The processes that now work on the cluster.
    package func processes() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(Int32.init).filter { isServer($0) }
    }

    private func isServer(_ identifier: Int32) -> Bool {
        let manager = FileManager.default
        if let folder = try? manager.destinationOfSymbolicLink(atPath: "/proc/\(identifier)/cwd") {
            guard folder == cluster,
                let program = try? manager.destinationOfSymbolicLink(atPath: "/proc/\(identifier)/exe")
            else { return false }
            return URL(fileURLWithPath: program).lastPathComponent.hasPrefix("postgres")
        }
        // In a container root may be denied the links of another user's process; the postmaster's arguments are open.
        guard let line = manager.contents(atPath: "/proc/\(identifier)/cmdline") else { return false }
        let arguments = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard let program = arguments.first, URL(fileURLWithPath: program).lastPathComponent == "postgres",
            let option = arguments.firstIndex(of: "-D"), option + 1 < arguments.count
        else { return false }
        return arguments[option + 1] == cluster
    }

    /// Stops what is left: orderly first, then at once, then by force.
    package func stop(clock: some Clock<Duration>) async throws(EmbeddedPostgresError) {
        for (signal, patience) in [(ProcessSignal.interrupt, 30), (.quit, 5), (.kill, 5)] {
            let running = processes()
            guard !running.isEmpty else { break }
            // Only the postmaster takes the signals of an orderly stop; without one its children are told themselves.
            let postmaster = recordedPostmaster().flatMap { running.contains($0) ? $0 : nil }
            for identifier in postmaster.map({ [$0] }) ?? running {
                _ = kill(identifier, postmaster == nil && signal == .interrupt ? SIGQUIT : signal.number)
            }
            let deadline = clock.now.advanced(by: .seconds(patience))
            while !processes().isEmpty, clock.now < deadline {
                try? await clock.sleep(for: .milliseconds(50))
                if Task.isCancelled { break }
            }
        }
        if let identifier = processes().first { throw .leftoverProcess(identifier: identifier) }
        removeForeignLockFile()
    }

    /// Postgres itself takes over the lock file of a dead process, but not one whose identifier now is another program's.
    private func removeForeignLockFile() {
        guard let identifier = recordedPostmaster(), kill(identifier, 0) == 0 else { return }
        try? FileManager.default.removeItem(atPath: "\(cluster)/postmaster.pid")
    }

    private func recordedPostmaster() -> Int32? {
        guard let data = FileManager.default.contents(atPath: "\(cluster)/postmaster.pid") else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").first.flatMap { Int32($0) }
    }
}
