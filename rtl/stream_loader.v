// SPDX-License-Identifier: Apache-2.0
// stream_loader: takes packets from S_AXIS apart and loads the core's buffers.
//
// A packet is a header and `length` words, a beat each, TLAST with the last:
//
//   [3:0]    target     0, 1 pictures into that activation buffer, 2 weights,
//                       3 folds, 4 pads, 5 program, 6 a segment of weights;
//                       where weights can be held, 7 folds of lanes (address
//                       {word, lane[7:0]}), 8, 9 words that are no pictures
//                       into activation buffer 0 or 1
//   [31:8]   length     in words
//   [55:32]  address    of the first word
//   [62:56]  images     of pictures: 1 to ROWS
//   [63]     exclusive  of pictures: wait until no batch runs or waits, for a
//                       network with room for one batch's pictures
//
// Pictures whose packet ended as it should are a batch. A packet that breaks a
// rule is taken to its end and makes none; words taken before the fault showed
// are in the buffer. A segment that breaks one is no segment, and those after it
// would be taken for it: `segment_lost` says so. ready never depends on the
// stream's inputs of this clock.

`default_nettype none

module stream_loader #(
    parameter ROWS             = 16,
    parameter W_STREAM         = 144,    // bits of a beat, at least W_LOAD and 64
    parameter W_LOAD           = 144,    // bits of a word of the core's widest buffer
    parameter ACTIVATION_DEPTH = 4096,   // words in each buffer, at most 2^23
    parameter WEIGHT_DEPTH     = 4608,
    parameter FOLD_DEPTH       = 256,
    parameter PAD_DEPTH        = 16,
    parameter PROGRAM_DEPTH    = 512,
    parameter LANE_FOLDS       = 0,      // fold words of a lane; 0: weights are never held
    parameter SEGMENTS         = 1       // 0: a segment is an unknown target
) (
    input  wire                clk,
    input  wire                rst,
    input  wire                drop,           // swallow what is left of the packet; with stop
    input  wire                stop,           // take nothing in this clock

    input  wire [W_STREAM-1:0] s_axis_tdata,
    input  wire                s_axis_tvalid,
    output wire                s_axis_tready,
    input  wire                s_axis_tlast,

    output wire                load_valid,     // a word is there; it is taken where load_ready is high
    input  wire                load_ready,
    output wire [2:0]          load_target,
    output wire [23:0]         load_addr,
    output wire [W_LOAD-1:0]   load_word,
    output wire                load_last,      // with a word that is taken: a segment ended as it should

    input  wire                idle,           // no batch runs or waits
    input  wire                room,           // at most one batch runs or waits
    output wire                batch,          // one has been received, for a clock
    output wire [23:0]         batch_addr,
    output reg  [6:0]          batch_images,
    output wire                segment_lost,   // one broke a rule, for a clock
    output wire                receiving,      // a packet has begun and not ended

    output wire                error_target,   // each for a clock
    output wire                error_range,
    output wire                error_short,
    output wire                error_long,
    output wire                error_images
);

// Bits of an address and of a length in the deepest buffer.
localparam DEEPER_1 = ACTIVATION_DEPTH > WEIGHT_DEPTH ? ACTIVATION_DEPTH : WEIGHT_DEPTH;
localparam DEEPER_2 = FOLD_DEPTH > PAD_DEPTH ? FOLD_DEPTH : PAD_DEPTH;
localparam DEEPER_3 = DEEPER_2 > PROGRAM_DEPTH ? DEEPER_2 : PROGRAM_DEPTH;
localparam W_AT     = LANE_FOLDS > 0 ? 24 : $clog2((DEEPER_1 > DEEPER_3 ? DEEPER_1 : DEEPER_3) + 1);

localparam [1:0] HEADER = 2'd0, CHECK = 2'd1, WORDS = 2'd2, SWALLOW = 2'd3;

reg [1:0]  state;
reg [3:0]  target;
reg [W_AT-1:0] first;    // address of the first word
reg [W_AT-1:0] at;       // of the word that comes
reg [W_AT-1:0] left;     // words to come
reg [W_AT:0] past;       // address after the last word
reg        far;          // its address or length has bits above
reg        exclusive;
reg        header_only;  // the header had TLAST

// ---------------------------------------------------------------------------
// Header

wire [23:0] length_bits  = s_axis_tdata[31:8];
wire [23:0] address_bits = s_axis_tdata[55:32];
wire [24:0] wide_at      = {{25-W_AT{1'b0}}, at};
wire [24:0] wide_first   = {{25-W_AT{1'b0}}, first};

reg [23:0] depth;

always @* begin
    case (target)
        4'd0, 4'd1, 4'd8, 4'd9: depth = ACTIVATION_DEPTH[23:0];
        4'd2, 4'd6: depth = WEIGHT_DEPTH[23:0];
        4'd3:       depth = FOLD_DEPTH[23:0];
        4'd4:       depth = PAD_DEPTH[23:0];
        4'd7:       depth = {LANE_FOLDS[15:0], 8'd0};
        default:    depth = PROGRAM_DEPTH[23:0];
    endcase
end

wire        pictures = target[3:1] == 3'd0;
wire        segment  = SEGMENTS != 0 & target == 4'd6;

wire bad_target = target > (LANE_FOLDS == 0 ? 4'd6 : 4'd9) | (SEGMENTS == 0 & target == 4'd6);
wire bad_range  = ~bad_target & (far | left == {W_AT{1'b0}} | past > {1'b0, depth[W_AT-1:0]});
wire bad_images = pictures & (batch_images == 7'd0 | batch_images > ROWS[6:0]);
wire bad        = bad_target | bad_range | bad_images | header_only;
wire may_load   = segment | (pictures & ~exclusive ? room : idle);

// ---------------------------------------------------------------------------
// Beats

wire take  = s_axis_tvalid & s_axis_tready;
wire loads = load_valid & load_ready;
wire last_word = left == {{W_AT-1{1'b0}}, 1'b1};

assign s_axis_tready = ~stop & (state == HEADER | state == SWALLOW | (state == WORDS & load_ready));
assign receiving     = state != HEADER;

assign load_valid  = s_axis_tvalid & ~stop & state == WORDS;
assign load_target = target[2:0];
assign load_word   = s_axis_tdata[W_LOAD-1:0];
assign load_last   = last_word & s_axis_tlast;
assign batch       = loads & load_last & pictures;

assign error_target = state == CHECK & bad_target;
assign error_range  = state == CHECK & bad_range;
assign error_images = state == CHECK & bad_images;
assign error_short  = (state == CHECK & header_only) | (loads & ~last_word & s_axis_tlast);
assign error_long   = loads & last_word & ~s_axis_tlast;
assign segment_lost = segment & (error_range | error_short | error_long);

assign load_addr  = wide_at[23:0];
assign batch_addr = wide_first[23:0];

wire unused = &{1'b0, depth, wide_at[24], wide_first[24], s_axis_tdata[7:4], s_axis_tdata[W_STREAM-1:64]};

always @(posedge clk) begin
    if (take & state == HEADER) begin
        target       <= s_axis_tdata[3:0];
        left         <= s_axis_tdata[8 +: W_AT];
        at           <= s_axis_tdata[32 +: W_AT];
        first        <= s_axis_tdata[32 +: W_AT];
        past         <= {1'b0, s_axis_tdata[32 +: W_AT]} + {1'b0, s_axis_tdata[8 +: W_AT]};
        far          <= |(length_bits >> W_AT) | |(address_bits >> W_AT);
        batch_images <= s_axis_tdata[62:56];
        exclusive    <= s_axis_tdata[63];
        header_only  <= s_axis_tlast;
    end
    if (loads) begin
        left <= left - 1'b1;
        at   <= at + 1'b1;
    end

    case (state)
        HEADER: if (take)
            state <= CHECK;
        CHECK: if (bad | drop)
            state <= header_only ? HEADER : SWALLOW;
        else if (may_load)
            state <= WORDS;
        WORDS: if (drop)
            state <= SWALLOW;
        else if (take & s_axis_tlast)
            state <= HEADER;
        else if (take & last_word)
            state <= SWALLOW;
        SWALLOW: if (take & s_axis_tlast)
            state <= HEADER;
    endcase

    if (rst)
        state <= HEADER;
end

endmodule

`default_nettype wire
