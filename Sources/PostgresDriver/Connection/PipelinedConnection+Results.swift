import CLibPQ

extension PipelinedConnection {
    /// Takes every result that has arrived, and ends the exchange with the last.
    func receiveResults() {
        while let flight, !flight.isDrained, !isLost, !handle.isBusy {
            if let result = handle.nextResult() {
                take(result, flight)
            } else {
                endStep(flight)
            }
        }
        finishIfDrained()
    }

    /// Completes the exchange once all its results are in and no request to cancel is on its way to the server.
    func finishIfDrained() {
        guard let flight, flight.isDrained, flight.cancelsUnderWay == 0 else { return }
        self.flight = nil
        var outcome = flight.outcome
        outcome.status = handle.transactionStatus
        if let stop = flight.stop, outcome.failure?.sqlState == .queryCanceled {
            outcome.failure = PostgresError(stop.error.code, stop.error.message, server: outcome.failure?.server)
        }
        flight.exchange.complete(outcome)
        startNext()
    }

    private func take(_ result: ResultUnsafeHandle, _ flight: Flight) {
        guard flight.position < flight.steps.count else {
            return lose(PostgresError(.protocolViolation, "a result that belongs to no statement"))
        }
        let step = flight.steps[flight.position]
        if case .sync(let isLast) = step {
            // An error can come in place of a sync: the server hangs up, or a statement outside a transaction fails
            // when it is committed.
            guard result.status == PGRES_PIPELINE_SYNC else { return fail(result, step, flight) }
            flight.position += 1
            flight.isDrained = isLast
            return
        }
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            if case .statement = step, flight.outcome.failure == nil {
                flight.outcome.rows.append(PostgresRows(result))
            }
        case PGRES_PIPELINE_ABORTED:
            // Not run, because a statement before it failed.
            if case .prepare(let key) = step { cache.forget(key) }
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            lose(PostgresError(.protocolViolation, "COPY is not a statement this driver runs"))
        default:
            fail(result, step, flight)
        }
    }

    private func fail(_ result: ResultUnsafeHandle, _ step: Step, _ flight: Flight) {
        guard let server = result.serverError else {
            // libpq made this result itself: the connection broke, or the server does not speak the protocol.
            return lose()
        }
        switch step {
        case .deallocation, .sync(isLast: false):
            return
        case .prepare(let key):
            cache.forget(key)
        case .statement(let key?) where server.sqlState == .featureNotSupported:
            // A schema change made the cached plan unfit; prepared anew it will fit.
            cache.discard(key)
        case .statement(let key?) where server.sqlState == .invalidStatementName:
            cache.forget(key)
        case .statement, .script, .sync:
            break
        }
        if flight.outcome.failure == nil { flight.outcome.failure = PostgresError(server: server) }
    }

    // Every statement's results end with an empty one; a sync has no such end.
    private func endStep(_ flight: Flight) {
        guard flight.position < flight.steps.count else {
            return lose(PostgresError(.protocolViolation, "an end that belongs to no statement"))
        }
        switch flight.steps[flight.position] {
        case .sync:
            // A broken connection answers nothing but ends.
            guard handle.isOpen else { return lose() }
            flight.strayEnds += 1
            if flight.strayEnds > 2 { lose(PostgresError(.protocolViolation, "the sync did not come")) }
        case .script:
            flight.isDrained = true
            if handle.isOpen, !handle.enterPipelineMode() { lose() }
        case .deallocation, .prepare, .statement:
            flight.position += 1
        }
    }
}
