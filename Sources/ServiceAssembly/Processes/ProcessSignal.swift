internal import Foundation

/// A signal that this service sends or receives.
package enum ProcessSignal: Sendable, Hashable {
    case hangUp
    case interrupt
    case quit
    case kill
    case terminate

    /// The system's number of the signal.
    package var number: Int32 {
        switch self {
        case .hangUp: SIGHUP
        case .interrupt: SIGINT
        case .quit: SIGQUIT
        case .kill: SIGKILL
        case .terminate: SIGTERM
        }
    }
}
