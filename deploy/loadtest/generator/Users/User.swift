import NIOCore

/// One client of the assistant, with a connection of its own.
protocol User: Actor {
    /// Sends each turn when it is due, or as soon after that as this user can, and returns when all have ended.
    func run(_ arrivals: [Arrival], from start: NIODeadline) async
}

/// What all users of a run share.
struct UserContext: Sendable {
    let target: Target
    let workload: Workload
    let eventLoop: any EventLoop
    let recorder: Recorder
    let kills: KillClock

    var surplus: @Sendable () -> Void {
        { [recorder] in Task { await recorder.recordSurplus() } }
    }

    /// Waits until a turn is due. Where that was in the future, it is noted how late the generator woke.
    func wait(until due: NIODeadline) async {
        guard due > .now() else { return }
        try? await eventLoop.scheduleTask(deadline: due) {}.futureResult.get()
        await recorder.recordWake(due: due)
    }

    func makeUser(_ index: Int) -> any User {
        let channel = workload.channels[index]
        return channel.isSocket
            ? SocketUser(self, polls: channel == .polling, sender: index)
            : RESTUser(self, streams: channel == .stream)
    }
}
