internal import Dispatch

/// The threads that search, load and build indexes, in lanes of their own, so that no load waits for a build and no answer
/// for either.
public final class SearchExecutor: Sendable {
    /// Answers: searches, and catching up with a few changes.
    let searches: SearchLane
    /// Loads from snapshots and pages of rebuilds.
    let loads: SearchLane
    /// Snapshots on their way to disk.
    let saves: SearchLane
    /// Graphs and compactions, which may take minutes, at low priority.
    let builds: SearchLane

    /// Makes the lanes.
    ///
    /// - Parameters:
    ///   - searchThreads: Threads that answer; as many as there are cores is good.
    ///   - loadThreads: Threads that load.
    ///   - buildThreads: Threads that build.
    public init(searchThreads: Int = 2, loadThreads: Int = 2, buildThreads: Int = 1) {
        searches = SearchLane(name: "search", width: searchThreads, qos: .userInitiated)
        loads = SearchLane(name: "load", width: loadThreads, qos: .default)
        saves = SearchLane(name: "save", width: 1, qos: .utility)
        builds = SearchLane(name: "build", width: buildThreads, qos: .utility)
    }
}
