import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client is too slow, by the rules of ``ConnectionPace``.
///
/// It sits behind the HTTP decoder, where only complete parts arrive; a second handler in front of the decoder tells it
/// when the first bytes of the next request come.
final class SlowClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: ConnectionCounts
    private let limits: ConnectionPace.Limits
    private var pace: ConnectionPace
    private var timer: (task: Scheduled<Void>, fires: ContinuousClock.Instant)?
    private var address: String?
    private var isGone = false

    init(limits: ConnectionPace.Limits, connections: ConnectionCounts) {
        self.limits = limits
        self.connections = connections
        pace = ConnectionPace(limits, at: ContinuousClock().now)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        pace = ConnectionPace(limits, at: ContinuousClock().now)
        let pipeline = context.pipeline.syncOperations
        let watcher = FirstByteHandler { [weak self, context = NIOLoopBound(context, eventLoop: context.eventLoop)] in
            self?.pace.received(at: ContinuousClock().now)
            self?.adjust(context.value)
        }
        // Where it cannot be added the connection is closing, and needs no watch.
        try? pipeline.addHandler(watcher, position: .first)
        if let address = context.channel.remoteAddress?.ipAddress {
            if connections.admits(address) {
                self.address = address
            } else {
                let channel = context.channel
                context.eventLoop.execute { channel.close(promise: nil) }
            }
        }
        adjust(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = ContinuousClock().now
        switch unwrapInboundIn(data) {
        case .head: pace.receivedHead(at: now)
        case .body(let buffer): pace.receivedBody(buffer.readableBytes)
        case .end: pace.receivedEnd(at: now)
        }
        adjust(context)
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let isLast =
            switch unwrapOutboundIn(data) {
            case .head, .body: false
            case .end: true
            }
        pace.wrote(at: ContinuousClock().now)
        adjust(context)
        let promise = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            handler.pace.sent(isLast: isLast, at: ContinuousClock().now)
            handler.adjust(context)
        }
        context.write(data, promise: promise)
    }

    /// Makes sure that a timer fires no later than the deadline; one that fires early looks again.
    private func adjust(_ context: ChannelHandlerContext) {
        guard !isGone, let deadline = pace.deadline else { return }
        if let timer, timer.fires <= deadline { return }
        timer?.task.cancel()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(in: TimeAmount(max(.zero, deadline - ContinuousClock().now))) {
            let (handler, context) = bound.value
            handler.timer = nil
            guard let deadline = handler.pace.deadline else { return }
            if deadline <= ContinuousClock().now {
                context.channel.close(promise: nil)
            } else {
                handler.adjust(context)
            }
        }
        timer = (task, deadline)
    }

    private func leave() {
        isGone = true
        timer?.task.cancel()
        timer = nil
        if let address { connections.left(address) }
        address = nil
    }
}

/// Tells that bytes came in, before they are decoded.
private final class FirstByteHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let tell: () -> Void

    init(tell: @escaping () -> Void) {
        self.tell = tell
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        tell()
        context.fireChannelRead(data)
    }
}
