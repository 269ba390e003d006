import AccessControl
package import Hummingbird
import MemoryModel
import NIOCore
import Synchronization

/// What Hummingbird carries along with a request.
package struct EdgeContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The request's id, from the client or made here.
    var requestID = ""
    /// The address at the other end of the connection.
    let address: String?
    /// What becomes known while the request is answered, for log and metrics.
    let record = CallRecord()

    package init(source: Source) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress
    }
}

/// What becomes known of a request while it is answered: ids and codes, no contents.
final class CallRecord: Sendable {
    struct Facts: Sendable {
        var route = "unmatched"
        var workspaceID: Identifier<Workspace>?
        var keyID: Identifier<APIKey>?
        var problem: ProblemCode?
        /// Where the caller stands under the rate limits that hold for it.
        var standings: [RateStanding] = []
    }

    private let state = Mutex(Facts())

    var facts: Facts { state.withLock { $0 } }

    func note(_ change: (inout Facts) -> Void) {
        state.withLock { change(&$0) }
    }
}
