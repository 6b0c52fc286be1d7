import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import de.bwaldvogel.mongo.bson.Document;
import java.net.InetSocketAddress;
import java.util.List;

/** An emulator of MongoDB in memory, on a free port of 127.0.0.1: prints its address and ends with its standard input. */
public class EmulatorMain {
  /** The driver takes no server older than wire version 9 (MongoDB 4.4); by itself the emulator announces 8. */
  private static final MongoVersion ANNOUNCED =
      new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
          return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
          return 9;
        }
      };

  /** Also serves a filter that asks for more than the key, where the original would look through the whole collection. */
  private static class KeyIndex extends MemoryUniqueIndex {
    KeyIndex(String name, List<IndexKey> keys, boolean sparse) {
      super(name, keys, sparse);
    }

    @Override
    public boolean canHandle(Document filter) {
      return super.canHandle(ofKeys(filter));
    }

    @Override
    public Iterable<Integer> getPositions(Document filter) {
      return super.getPositions(ofKeys(filter));
    }

    private Document ofKeys(Document filter) {
      Document part = new Document();
      for (String key : keySet()) if (filter.containsKey(key)) part.put(key, filter.get(key));
      return part;
    }
  }

  private static class Memory extends MemoryBackend {
    @Override
    public MemoryDatabase openOrCreateDatabase(String name) {
      return new MemoryDatabase(name, getCursorRegistry()) {
        @Override
        protected Index<Integer> openOrCreateUniqueIndex(String collection, String index, List<IndexKey> keys, boolean sparse) {
          return new KeyIndex(index, keys, sparse);
        }
      };
    }
  }

  public static void main(String[] arguments) throws Exception {
    MemoryBackend memory = new Memory();
    memory.version(ANNOUNCED);
    MongoServer server = new MongoServer(memory);
    server.bind(new InetSocketAddress("127.0.0.1", 0));
    System.out.println("READY mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
    while (System.in.read() >= 0) continue;
    server.shutdownNow();
  }
}
