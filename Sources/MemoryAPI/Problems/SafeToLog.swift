import AccessControl
import MemoryEngine
import MemoryModel

/// What of an error may be logged.
enum SafeToLog {
    /// The description of our own errors, which hold no contents; of any other, the type's name alone.
    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as StoreError: error.description
        case let error as EngineError: error.description
        case let error as AccessError: error.description
        case let error as EmbeddingError: error.description
        default: String(describing: type(of: error))
        }
    }
}
