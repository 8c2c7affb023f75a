// SPDX-License-Identifier: Apache-2.0
// link_operations: does what a request asks for, one operation after the other;
// docs/board.md has their table.
//
//   0 hello                        -> version
//   1 write  offset, data[4]       -> response
//   2 read   offset                -> response, data[4]
//   3 send   size - 1, n, n words  -> words not taken; bit 7 of the operation: the
//                                     last word ends its packet
//   4 take   n                     -> for each beat {1, 5'd0, TUSER, TLAST} and its
//                                     bytes, up to n or TLAST; 0 where none comes
//
// All is big-endian: a word shifts in from below, and may have fewer bytes than a
// beat. A side that does not answer in time ends the request; bit 7 of a response
// then says so. Of words the host sends the rest again.
//
// Registers from 0x80 on are the link's own: there is one, MARK. Whoever writes bit 0
// of it has segments of weights come from the board's flash.

`default_nettype none

module link_operations #(
    parameter STREAM_BYTES = 12,   // of a beat of S_AXIS, at least 8
    parameter RESULT_BYTES = 4,    // of a beat of M_AXIS, 2 to 254
    parameter HAS_MARK     = 0     // 1: there is the register MARK
) (
    input  wire                      clk,
    input  wire                      rst,

    input  wire                      start,
    input  wire [7:0]                size,          // bytes of the request
    output reg  [7:0]                at,            // index in the request
    input  wire [7:0]                request_byte,  // a clock after `at`
    output wire                      write,         // a byte of the answer
    output reg  [7:0]                answer_at,
    output wire [7:0]                answer_byte,
    output wire                      done,
    output wire                      progress,      // something happened in this clock
    input  wire                      timeout,       // nothing has for long
    output wire                      cut,           // the request ended before its end, for a clock

    output reg                       feed,          // segments come from the flash: bit 0 of MARK
    output wire                      marked,        // MARK is written, for a clock
    input  wire                      unmark,        // it was wrong that the accelerator holds a network

    output wire [STREAM_BYTES*8-1:0] m_axis_tdata,  // to the accelerator's S_AXIS
    output wire                      m_axis_tvalid,
    input  wire                      m_axis_tready,
    output wire                      m_axis_tlast,

    input  wire [RESULT_BYTES*8-1:0] s_axis_tdata,  // from its M_AXIS
    input  wire                      s_axis_tvalid,
    output wire                      s_axis_tready,
    input  wire                      s_axis_tlast,
    input  wire                      s_axis_tuser,

    output wire [11:0]               m_axil_awaddr,
    output wire                      m_axil_awvalid,
    output wire [31:0]               m_axil_wdata,
    output wire                      m_axil_wvalid,
    input  wire [1:0]                m_axil_bresp,
    input  wire                      m_axil_bvalid,
    output wire                      m_axil_bready,
    output wire [11:0]               m_axil_araddr,
    output wire                      m_axil_arvalid,
    input  wire [31:0]               m_axil_rdata,
    input  wire [1:0]                m_axil_rresp,
    input  wire                      m_axil_rvalid,
    output wire                      m_axil_rready
);

localparam [7:0] VERSION = 8'd3;   // of the link: frames and operations

localparam [2:0] HELLO = 3'd0, WRITE = 3'd1, READ = 3'd2, SEND = 3'd3, TAKE = 3'd4;
localparam [3:0] IDLE = 4'd0, OPERATION = 4'd1, WORD_SIZE = 4'd2, COUNT = 4'd3, GATHER = 4'd4,
    ASK = 4'd5, ACT = 4'd6, STATUS = 4'd7, DATA = 4'd8, STOP = 4'd9;

localparam LAST_RESULT = RESULT_BYTES - 1;
localparam W_INDEX     = $clog2(RESULT_BYTES);

reg [3:0]                state;
reg                      there;       // request_byte is the one at `at`
reg [2:0]                operation;
reg                      ends_packet;
reg                      gave_up;
reg [7:0]                word_size;   // less 1
reg [7:0]                index;       // bytes of the word still to come or go, less 1
reg [7:0]                left;        // words to send or take
reg [STREAM_BYTES*8-1:0] word;

// ---------------------------------------------------------------------------
// Bytes of the request

wire fetching = state == OPERATION | state == WORD_SIZE | state == COUNT | state == GATHER;
reg  ended;   // all are taken; a byte is there a clock later at the soonest
wire fetch    = fetching & there & ~ended;

assign cut  = state == STOP;
assign done = (fetching & ended) | cut;

always @(posedge clk) begin
    ended <= at == size & ~start;
    there <= fetching & ~there;
    if (fetch)
        at <= at + 1'b1;
    if (start)
        at <= 8'd0;
end

// ---------------------------------------------------------------------------
// The accelerator's ports. Its side of AXI4-Lite takes an address at once, as one
// access is under way at a time. A word is offered in clocks in which it is taken:
// it is never withdrawn.

wire own     = HAS_MARK != 0 & (operation == WRITE ? word[39] : word[7]);   // a register of the link
wire act     = state == ACT;
wire sent    = act & operation == SEND & m_axis_tready;
wire written = act & operation == WRITE & (m_axil_bvalid | own);
wire read    = act & operation == READ & (m_axil_rvalid | own);
wire offered = act & operation == TAKE & s_axis_tvalid;
wire late    = act & timeout;
wire spoken  = state == DATA & index == 8'd0;

assign m_axis_tdata  = word;
assign m_axis_tvalid = sent;
assign m_axis_tlast  = ends_packet & left == 8'd1;
assign s_axis_tready = spoken & operation == TAKE;

assign m_axil_awaddr  = {4'd0, word[39:32]};
assign m_axil_awvalid = state == ASK & operation == WRITE & ~own;
assign m_axil_wdata   = word[31:0];
assign m_axil_wvalid  = m_axil_awvalid;
assign m_axil_bready  = state == STATUS & operation == WRITE;
assign m_axil_araddr  = {4'd0, word[7:0]};
assign m_axil_arvalid = state == ASK & operation == READ & ~own;
assign m_axil_rready  = spoken & operation == READ;

// ---------------------------------------------------------------------------
// MARK: what the host notes of the network that the accelerator holds; 0 after a
// reset. It turns by a byte with each that is read.

reg [31:0] mark;

assign marked = own & state == ASK & operation == WRITE;

always @(posedge clk) begin
    if (marked) begin
        mark <= word[31:0];
        feed <= word[0];
    end else if (own & state == DATA)
        mark <= {mark[23:0], mark[31:24]};
    if (rst | unmark) begin
        mark <= 32'd0;
        feed <= 1'b0;
    end
end

// ---------------------------------------------------------------------------
// Bytes of the answer

wire [7:0] result_byte = s_axis_tdata[{index[W_INDEX-1:0], 3'd0} +: 8];
wire [7:0] read_byte   = own ? mark[31:24] : m_axil_rdata[{index[1:0], 3'd0} +: 8];

reg [7:0] status;

always @* begin
    case (operation)
        HELLO:   status = VERSION;
        WRITE:   status = {gave_up, 5'd0, own ? 2'd0 : m_axil_bresp};
        READ:    status = {gave_up, 5'd0, own ? 2'd0 : m_axil_rresp};
        SEND:    status = left;
        default: status = gave_up ? 8'd0 : {6'b100000, s_axis_tuser, s_axis_tlast};
    endcase
end

assign write       = state == STATUS | state == DATA;
assign answer_byte = state == STATUS ? status : operation == TAKE ? result_byte : read_byte;
assign progress    = ~act;

wire [2:0] next_operation = request_byte[2:0];
wire       has_data       = operation == READ | operation == TAKE;
wire       more           = operation == TAKE & ~s_axis_tlast & left != 8'd1;

always @(posedge clk) begin
    if (fetch & state == GATHER)
        word <= {word[STREAM_BYTES*8-9:0], request_byte};
    if (fetch & state != GATHER | sent)
        word <= {STREAM_BYTES*8{1'b0}};

    if (fetch & state == OPERATION) begin
        operation   <= next_operation;
        ends_packet <= request_byte[7];
        index       <= next_operation == WRITE ? 8'd4 : 8'd0;
        gave_up     <= 1'b0;
    end
    if (fetch & state == WORD_SIZE)
        word_size <= request_byte;
    if (fetch & state == COUNT)
        left <= request_byte;
    if ((fetch & state == COUNT) | sent)
        index <= word_size;
    if (fetch & state == GATHER)
        index <= index - 1'b1;
    if (late & ~(sent | written | read | offered))
        gave_up <= 1'b1;
    if (state == STATUS)
        index <= operation == READ ? 8'd3 : LAST_RESULT[7:0];
    if (state == DATA)
        index <= index - 1'b1;
    if (sent | (spoken & operation == TAKE))
        left <= left - 1'b1;

    if (write)
        answer_at <= answer_at + 1'b1;
    if (start)
        answer_at <= 8'd0;
end

always @(posedge clk) begin
    case (state)
        OPERATION: if (fetch) begin
            case (next_operation)
                WRITE, READ: state <= GATHER;
                SEND:        state <= WORD_SIZE;
                TAKE:        state <= COUNT;
                default:     state <= STATUS;
            endcase
        end
        WORD_SIZE: if (fetch)
            state <= COUNT;
        COUNT: if (fetch)
            state <= operation == TAKE ? ACT : GATHER;
        GATHER: if (fetch & index == 8'd0)
            state <= ASK;
        ASK:
            state <= ACT;
        ACT: if (sent & left != 8'd1)
            state <= GATHER;
        else if (sent | written | read | offered | late)
            state <= STATUS;
        STATUS:
            state <= gave_up ? STOP : has_data ? DATA : OPERATION;
        DATA: if (spoken)
            state <= more ? ACT : OPERATION;
        default: if (start)
            state <= OPERATION;
    endcase

    if (done)
        state <= IDLE;
    if (rst)
        state <= IDLE;
end

endmodule

`default_nettype wire
