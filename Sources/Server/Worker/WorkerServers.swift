import Assistant
import NIOCore
import NLU
import Offloading
import Outbound
import Prefork
import Settings
import WebClient

/// The servers of the endpoints file that one worker asks; made after the fork, since connections belong to a process.
struct WorkerServers: Sendable {
    /// The same as an assistant takes them.
    let servers: AssistantServers
    private let clients: [EndpointClient]
    private let entities: RemoteEntities

    /// - Parameter offload: Makes the requests of long conversations.
    /// - Throws: ``BootFailure`` that names the file and line.
    init(_ settings: RunSettings, offload: any Offload, loop: any EventLoop) throws(BootFailure) {
        var clients: [EndpointClient] = []
        var servers = AssistantServers()
        do throws(EndpointError) {
            if let endpoint = settings.endpoints.actionEndpoint {
                let client = try EndpointClient(endpoint, loop: loop)
                clients.append(client)
                servers.actions = RemoteActions(
                    client: client, sendsDomainAlways: !endpoint.isDomainSelective,
                    compresses: settings.compressesActionRequests, offload: offload)
            }
            if let endpoint = settings.endpoints.responses {
                let client = try EndpointClient(endpoint, loop: loop)
                clients.append(client)
                servers.responses = RemoteResponses(client: client, offload: offload)
            }
            if let endpoint = settings.endpoints.understanding {
                let client = try EndpointClient(endpoint, loop: loop)
                clients.append(client)
                servers.interpreter = RemoteInterpreter(client: client, token: endpoint.token)
            }
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.configuration)
        }
        let entities = RemoteEntities(loop: loop)
        servers.entities = RemoteExtractors(client: entities, ducklingAddress: settings.ducklingAddress)
        self.entities = entities
        self.clients = clients
        self.servers = servers
    }

    func close() async {
        for client in clients { await client.close() }
        await entities.close()
    }
}
