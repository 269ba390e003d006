internal import Dispatch
internal import Synchronization

/// Threads for encoding with two lanes: what waits in the query lane goes before all bulk work, and some threads take queries only.
///
/// Each thread serves one job at a time, to its end; bulk work must therefore come in small jobs.
package final class EncodingLanes: Sendable {
    /// What a job is for.
    package enum Lane: Sendable {
        case query
        case bulk
    }

    package typealias Job = @Sendable () -> Void

    private struct State {
        var queries: [Job] = []
        var bulk: [Job] = []
        var isStopped = false

        mutating func next(takesBulk: Bool) -> Job? {
            if !queries.isEmpty { return queries.removeFirst() }
            return takesBulk && !bulk.isEmpty ? bulk.removeFirst() : nil
        }
    }

    private let state = Mutex(State())
    private let queryWork = DispatchSemaphore(value: 0)
    private let anyWork = DispatchSemaphore(value: 0)
    private let queryThreads: Int
    private let bulkThreads: Int

    /// Starts the threads; the last reference does not end them, `stop` does.
    package init(queryThreads: Int, bulkThreads: Int) {
        self.queryThreads = queryThreads
        self.bulkThreads = bulkThreads
        for number in 0..<queryThreads {
            start("query-\(number)", qos: .userInitiated, signal: queryWork, takesBulk: false)
        }
        for number in 0..<bulkThreads {
            start("bulk-\(number)", qos: .utility, signal: anyWork, takesBulk: true)
        }
    }

    /// Puts a job at the end of its lane.
    ///
    /// - Returns: False where the threads have ended or are about to; then the job is dropped.
    package func submit(to lane: Lane, _ job: @escaping Job) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopped else { return false }
            switch lane {
            case .query: state.queries.append(job)
            case .bulk: state.bulk.append(job)
            }
            return true
        }
        // A thread that is woken for a job that another one took finds nothing and waits again.
        if isTaken {
            if lane == .query { queryWork.signal() }
            anyWork.signal()
        }
        return isTaken
    }

    /// Ends the threads once the jobs that wait are done.
    package func stop() {
        state.withLock { $0.isStopped = true }
        for _ in 0..<queryThreads { queryWork.signal() }
        for _ in 0..<bulkThreads { anyWork.signal() }
    }

    /// A serial queue that never returns from its one block keeps a thread to itself.
    private func start(_ name: String, qos: DispatchQoS, signal: DispatchSemaphore, takesBulk: Bool) {
        DispatchQueue(label: "mneme.encoding.\(name)", qos: qos).async { [self] in
            while true {
                let (job, isStopped) = state.withLock { ($0.next(takesBulk: takesBulk), $0.isStopped) }
                if let job {
                    job()
                } else if isStopped {
                    return
                } else {
                    signal.wait()
                }
            }
        }
    }
}
