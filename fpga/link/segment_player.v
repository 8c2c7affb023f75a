// SPDX-License-Identifier: Apache-2.0
// segment_player: sends the accelerator segments of weights from the board's flash,
// batch after batch, as a host would, so that none has to.
//
// The flash has a list. A packet is 0, the address of its first word and their number,
// 16 bits each, then words in runs of so many (16 bits) whose used columns are the same
// (bits of as many bytes as they take, the highest column first): of each word its
// codes, the highest column's first, and after the last run a CRC of all, low byte
// first. 1 says that the packets before it are all that are on chip when a batch
// begins: the next ones wait for the batch's pictures to have passed. Anything else
// ends the list, which then begins again.
//
// Packets of the host pass between those of the list; a beat of either waits a clock
// in a register, so that no path goes through from one side to the other. The last word of a packet goes
// when the CRC was found right; where it was not, the packet gets too long, by which
// the accelerator knows that a segment is lost, and the list is left.

`default_nettype none

module segment_player #(
    parameter COLUMNS = 4,      // as in adder_top
    parameter W_DATA  = 8,
    parameter W_BEAT  = 96      // bits of a beat of S_AXIS, at least 64
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              start,       // the list begins anew

    output wire              hungry,      // a byte may come
    input  wire              byte_valid,  // for a clock
    input  wire [7:0]        data,
    output wire              again,       // the list has ended, for a clock
    output wire              wrong,       // a CRC was, for a clock

    input  wire [W_BEAT-1:0] s_axis_tdata,   // from the host
    input  wire              s_axis_tvalid,
    output wire              s_axis_tready,
    input  wire              s_axis_tlast,

    output reg  [W_BEAT-1:0] m_axis_tdata,   // to the accelerator
    output reg               m_axis_tvalid,
    input  wire              m_axis_tready,
    output reg               m_axis_tlast
);

localparam CODE_BYTES = (W_DATA + 7) / 8;
localparam MASK_BYTES = (COLUMNS + 7) / 8;
localparam CODES      = COLUMNS * CODE_BYTES;
localparam BYTES      = CODES > 4 ? CODES : 4;   // a header has 4
localparam W_INDEX    = $clog2(BYTES);

// Bytes less 1
localparam [31:0] OF_CODES = CODES - 1, OF_MASK = MASK_BYTES - 1;
localparam [W_INDEX-1:0] LAST_CODE = OF_CODES[W_INDEX-1:0], LAST_MASK = OF_MASK[W_INDEX-1:0], LAST_OF_2 = 1, LAST_OF_4 = 3;

localparam [7:0] PACKET = 8'd0, WAIT = 8'd1;
localparam [7:0] SEGMENT = 8'd6;   // target of a packet

localparam [2:0] KIND = 3'd0, HEADER = 3'd1, RUN = 3'd2, MASK = 3'd3, WORD = 3'd4, CHECK = 3'd5, WAITS = 3'd6, ENDS = 3'd7;

reg [2:0]           state;
reg [W_INDEX-1:0]   index;      // bytes of the state's that are still to come, less 1
reg [8*BYTES-1:0]   bytes;      // the latest, the last one lowest
reg [15:0]          left;       // words of the packet to come
reg [15:0]          of_run;     // ... of the run
reg [8*MASK_BYTES-1:0] used;    // columns of the run's words
reg [15:0]          crc;
reg                 header;     // the beat that is there is a packet's header
reg                 there;      // a beat is
reg                 held;       // ... but has to wait for the CRC
reg                 long;       // ... and is followed by one too many
reg                 sending;    // a packet of the list is under way

// ---------------------------------------------------------------------------
// The host's packets, between those of the list

reg  host_sends;     // one of the host's is under way
reg  of_pictures;    // it is
reg  [1:0] pictures;  // that have passed and the list has not waited for: of two batches at most

wire beat  = there & ~held;
wire own   = sending | (beat & ~host_sends);
wire room  = ~m_axis_tvalid;
wire taken = own & beat & room;
wire host  = ~own & s_axis_tvalid & room;
wire to_pictures = host_sends ? of_pictures : s_axis_tdata[3:1] == 3'd0;
wire passed = host & s_axis_tlast & to_pictures;
wire waited = state == WAITS & pictures != 2'd0;

assign s_axis_tready = ~own & room;

// ---------------------------------------------------------------------------
// Beats of the list

wire [W_BEAT-1:0] header_beat = {{W_BEAT-48{1'b0}}, bytes[31:16], 8'd0, bytes[15:0], SEGMENT};
wire [W_BEAT-1:0] word_beat;

genvar c;
generate
    if (W_BEAT < 64 || W_BEAT < COLUMNS * (W_DATA + 1)) begin : check_w_beat
        error_W_BEAT_must_be_at_least_64_and_hold_a_word stop ();
    end

    for (c = 0; c < COLUMNS; c = c + 1) begin : gen_column
        assign word_beat[c*(W_DATA+1) +: W_DATA+1] = {used[c], bytes[8*CODE_BYTES*c +: W_DATA]};
    end

    if (W_BEAT > COLUMNS * (W_DATA + 1)) begin : gen_rest
        assign word_beat[W_BEAT-1:COLUMNS*(W_DATA+1)] = {W_BEAT-COLUMNS*(W_DATA+1){1'b0}};
    end
endgenerate

wire last_beat = ~header & left == 16'd0 & ~long;

always @(posedge clk) begin
    m_axis_tvalid <= taken | host | (m_axis_tvalid & ~m_axis_tready);
    if (room) begin
        m_axis_tdata <= ~own ? s_axis_tdata : header ? header_beat : word_beat;
        m_axis_tlast <= own ? last_beat : s_axis_tlast;
    end
    if (rst)
        m_axis_tvalid <= 1'b0;
end

// ---------------------------------------------------------------------------
// Bytes of the list

wire [15:0] next_crc;
wire        state_ends = index == {W_INDEX{1'b0}};
wire        found      = state == CHECK & state_ends & byte_valid;   // the whole CRC

crc16_byte crc16_byte_u (
    .crc  (crc),
    .data (data),
    .next (next_crc)
);

assign hungry = (held | ~there) & state != WAITS & state != ENDS;
assign wrong  = found & next_crc != 16'd0;
assign again  = state == ENDS;

wire [8*MASK_BYTES+7:0] next_used = {used, data};

always @(posedge clk) begin
    if (byte_valid) begin
        crc <= next_crc;
        if (state == HEADER | state == WORD)
            bytes <= {bytes[8*BYTES-9:0], data};
        if (state == RUN)
            of_run <= {of_run[7:0], data};
        if (state == MASK)
            used <= next_used[8*MASK_BYTES-1:0];
        index <= index - 1'b1;

        case (state)
            KIND: begin
                state <= data == PACKET ? HEADER : data == WAIT ? WAITS : ENDS;
                index <= LAST_OF_4;
            end
            HEADER: if (state_ends) begin
                state  <= RUN;
                index  <= LAST_OF_2;
                there  <= 1'b1;
                header <= 1'b1;
                left   <= {bytes[7:0], data};
            end
            RUN: if (state_ends) begin
                state <= MASK;
                index <= LAST_MASK;
            end
            MASK: if (state_ends) begin
                state <= WORD;
                index <= LAST_CODE;
            end
            WORD: if (state_ends) begin
                state  <= left == 16'd1 ? CHECK : of_run == 16'd1 ? RUN : WORD;
                index  <= left == 16'd1 | of_run == 16'd1 ? LAST_OF_2 : LAST_CODE;
                there  <= 1'b1;
                held   <= left == 16'd1;
                left   <= left - 1'b1;
                of_run <= of_run - 1'b1;
            end
            default: if (state_ends) begin
                state <= KIND;
                held  <= 1'b0;
                long  <= next_crc != 16'd0;
            end
        endcase
    end

    if (state == WAITS | (state == KIND & ~byte_valid))
        crc <= 16'hffff;

    if (taken) begin
        there   <= long & ~header;
        long    <= 1'b0;
        header  <= 1'b0;
        sending <= ~last_beat;
    end

    if (host) begin
        host_sends  <= ~s_axis_tlast;
        of_pictures <= to_pictures;
    end
    if (waited | again)
        state <= KIND;
    if (waited != passed)
        pictures <= passed ? pictures + 1'b1 : pictures - 1'b1;

    if (rst | start) begin
        state    <= KIND;
        there    <= 1'b0;
        header   <= 1'b0;
        held     <= 1'b0;
        long     <= 1'b0;
        sending  <= 1'b0;
        pictures <= 2'd0;
    end
    if (rst)
        host_sends <= 1'b0;
end

wire unused = &{1'b0, next_used, used, bytes};

endmodule

`default_nettype wire
