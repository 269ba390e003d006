internal import Logging

extension SupervisionReport {
    /// Writes the report as one log line.
    func log(to logger: Logger) {
        switch self {
        case .starting(let member):
            logger.debug("Starting", metadata: ["process": "\(member)"])
        case .ready(let member):
            logger.info("Ready", metadata: ["process": "\(member)"])
        case .completed(let member):
            logger.info("Done", metadata: ["step": "\(member)"])
        case .failed(let member, let failure, let delay):
            logger.warning(
                "Ended unexpectedly; starting again",
                metadata: ["process": "\(member)", "reason": "\(failure.message)", "delay": "\(delay)"]
            )
        case .keepsFailing(let member, let interval):
            logger.error(
                "Ends again and again; trying less often",
                metadata: ["process": "\(member)", "interval": "\(interval)"]
            )
        case .stopping(let member):
            logger.debug("Stopping", metadata: ["process": "\(member)"])
        case .killing(let member):
            logger.error("Did not stop in time and is killed", metadata: ["process": "\(member)"])
        case .stopped(let member):
            logger.info("Stopped", metadata: ["process": "\(member)"])
        }
    }
}
