internal import Dispatch

/// The threads that search and build indexes, in two lanes, so that a build never holds up an answer.
public final class SearchExecutor: Sendable {
    /// Answers: searches, and catching up with a few changes.
    let searches: SearchLane
    /// Loads, rebuilds, graphs and snapshots, at low priority.
    let builds: SearchLane

    /// Makes the lanes.
    ///
    /// - Parameters:
    ///   - searchThreads: Threads that answer; as many as there are cores is good.
    ///   - buildThreads: Threads that load and build.
    public init(searchThreads: Int = 2, buildThreads: Int = 1) {
        searches = SearchLane(name: "search", width: searchThreads, qos: .userInitiated)
        builds = SearchLane(name: "build", width: buildThreads, qos: .utility)
    }
}
