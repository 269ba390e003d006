internal import Synchronization

/// The memory of one forward pass, made once and used again: no layer allocates.
package struct Workspace: Sendable {
    /// One row per token: the state between the layers.
    package let states: Matrix
    /// One row per token: query, key and value.
    package let projections: Matrix
    /// One row per token: what attention gathered, all heads side by side.
    package let gathered: Matrix
    /// One row per token: the inside of the feed-forward step.
    package let expanded: Matrix
    /// Attention weights of one head over one text.
    package let scores: Matrix

    package init(architecture: EncoderArchitecture, maximumTokens: Int) {
        let width = architecture.width
        states = Matrix(rows: maximumTokens, columns: width)
        projections = Matrix(rows: maximumTokens, columns: 3 * width)
        gathered = Matrix(rows: maximumTokens, columns: width)
        expanded = Matrix(rows: maximumTokens, columns: architecture.intermediate)
        scores = Matrix(rows: architecture.maximumTokens, columns: architecture.maximumTokens)
    }
}

/// The workspaces that no call is using; makes one more when all are out.
package final class WorkspacePool: Sendable {
    private let architecture: EncoderArchitecture
    private let maximumTokens: Int
    private let idle = Mutex([Workspace]())

    package init(architecture: EncoderArchitecture, maximumTokens: Int) {
        self.architecture = architecture
        self.maximumTokens = maximumTokens
    }

    /// A workspace for the caller alone, until it gives it back.
    package func borrow() -> Workspace {
        if let workspace = idle.withLock({ $0.popLast() }) { return workspace }
        return Workspace(architecture: architecture, maximumTokens: maximumTokens)
    }

    /// Keeps a workspace that the caller no longer uses.
    package func giveBack(_ workspace: Workspace) {
        idle.withLock { $0.append(workspace) }
    }

    /// How many workspaces are not borrowed.
    package var idleCount: Int { idle.withLock { $0.count } }
}
