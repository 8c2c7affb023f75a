// SPDX-License-Identifier: Apache-2.0
// A stand-in for rtl/adder_core.v in tests of what is around it: the host's side
// of the real one, and layers that are easily computed by hand.
//
// Program: word 0 {8'hAD, 8'd0, count}, word 1 clocks a word, word 2 {29'd0, takes its weights
// from a segment, stuck, does not end},
// word 3 scratch address, word 4 {30'd0, scratch buffer, picture buffer}.
//
// Segments are four words of weights for a batch, at 0 and at 4 by turns.
//
//   layer 0   scratch[i] = picture[i] + weights[i]
//   layer 1   result[i]  = scratch[i] + folds[i] + pads[0]      i below count, codes modulo 2^W_DATA
//
// What the real core does not allow ends the simulation.

`default_nettype none

module adder_core #(
    parameter ROWS             = 16,
    parameter COLUMNS          = 16,
    parameter W_DATA           = 8,
    parameter W_ACC            = 18,
    parameter W_SUM            = 19,
    parameter ACTIVATION_DEPTH = 64,
    parameter WEIGHT_DEPTH     = 64,
    parameter FOLD_DEPTH       = 64,
    parameter PAD_DEPTH        = 16,
    parameter RESULT_DEPTH     = 16,
    parameter PROGRAM_DEPTH    = 64,
    parameter PARTIAL_DEPTH    = 0,
    parameter CELL             = 0,
    parameter SERIAL           = 0,
    parameter PIPELINED        = 0,
    parameter REACH            = 1,
    parameter TAPS             = 1,
    parameter W_SIDE           = 16,
    parameter WEIGHT_PORTS     = 2,
    parameter WEIGHT_SEGMENTS  = 2,
    parameter FOLD_CLOCKS      = 1,
    parameter PLANES           = 1,
    parameter SHORTCUT         = 1,
    parameter AVERAGES         = 1
) (
    input  wire                    clk,
    input  wire                    rst,

    input  wire                    load_valid,
    output wire                    load_ready,
    input  wire [2:0]              load_target,
    input  wire [23:0]             load_addr,
    input  wire [W_LOAD-1:0]       load_word,
    input  wire                    load_last,

    input  wire                    start,
    input  wire                    start_bank,
    input  wire [23:0]             image_addr,
    input  wire [6:0]              images,
    input  wire                    hold,
    output reg                     busy,
    output reg  [1:0]              errors,

    input  wire                    result_read,
    input  wire                    result_bank,
    input  wire [23:0]             result_addr,
    output reg  [ROWS*W_DATA-1:0]  result_word,
    output wire [23:0]             result_count,
    output wire [ROWS*16-1:0]      classes,

    output wire                    write_valid,
    output wire [5:0]              write_layer,
    output wire [1:0]              write_target,
    output wire [23:0]             write_addr,
    output wire [ROWS*W_DATA-1:0]  write_word,

    input  wire [5:0]              count_layer,
    input  wire [4:0]              count_index,
    output reg  [47:0]             count,
    output reg                     count_there
);

localparam W_X    = ROWS * W_DATA;
localparam W_W    = COLUMNS * (W_DATA + 1);
localparam W_WIDE = W_X > W_W ? W_X : W_W;
localparam W_LOAD = W_WIDE > 96 ? W_WIDE : 96;

reg [W_X-1:0]    activations [0:2*ACTIVATION_DEPTH-1];
reg [W_LOAD-1:0] weights [0:WEIGHT_DEPTH-1];
reg [W_LOAD-1:0] folds [0:FOLD_DEPTH-1];
reg [W_LOAD-1:0] pads [0:PAD_DEPTH-1];
reg [W_X-1:0]    results [0:2*RESULT_DEPTH-1];
reg [31:0]       commands [0:PROGRAM_DEPTH-1];

reg         bank, layer;
reg [23:0]  base;
reg [6:0]   used;
reg [15:0]  index, gap;
reg [31:0]  runs;
reg [1:0]   held;     // segments loaded and not used up
reg         region;   // of the oldest of them
reg [23:0]  counted [0:1];
reg [15:0]  best_class [0:2*ROWS-1];
reg [W_DATA-1:0] best [0:ROWS-1];

wire [15:0] words   = commands[0][15:0];
wire        bad     = commands[0][31:24] != 8'had;
wire        over    = {8'd0, base} + {16'd0, words} > ACTIVATION_DEPTH;
wire        waits   = commands[2][2] & ~layer & index == 16'd0 & held == 2'd0;
wire        step    = busy & ~hold & ~bad & ~waits & ~commands[2][1] & gap == commands[1][15:0];
wire        used_up = step & ~layer & index == words & commands[2][2];
wire        write   = step & index != words;
wire        source  = commands[4][0];
wire        scratch = commands[4][1];

wire [31:0] picture_at = (source ? ACTIVATION_DEPTH : 0) + {8'd0, base} + {16'd0, index};
wire [31:0] scratch_at = (scratch ? ACTIVATION_DEPTH : 0) + commands[3] + {16'd0, index};
wire [31:0] result_at  = (bank ? RESULT_DEPTH : 0) + {16'd0, index};

wire [W_X-1:0] first, second;
wire [W_X-1:0] word = layer ? second : first;

genvar r;
generate for (r = 0; r < ROWS; r = r + 1) begin : gen_row
    assign first[r*W_DATA +: W_DATA] = activations[picture_at][r*W_DATA +: W_DATA] +
        weights[{29'd0, region, 2'd0} + {16'd0, index}][W_DATA-1:0];
    assign second[r*W_DATA +: W_DATA] = activations[scratch_at][r*W_DATA +: W_DATA] +
        folds[{16'd0, index}][W_DATA-1:0] + pads[0][W_DATA-1:0];
    assign classes[r*16 +: 16] = best_class[(result_bank ? ROWS : 0) + r];

    always @(posedge clk)
        if (write & layer & (index == 16'd0 | second[r*W_DATA +: W_DATA] > best[r])) begin
            best[r] <= second[r*W_DATA +: W_DATA];
            best_class[(bank ? ROWS : 0) + r] <= index;
        end
end endgenerate

// A count is there in one of three clocks, and wrong in the others.
reg [1:0] count_clock;

always @(posedge clk) begin
    count_clock <= count_clock == 2'd0 ? 2'd2 : count_clock - 1'b1;
    count_there <= count_clock == 2'd0;
    count       <= count_index >= 5'd18 ? 48'd0 : {8'd0, {3'd0, count_index} + 8'd1, runs[15:0], 10'd0, count_layer};
    if (count_clock != 2'd0)
        count <= ~48'd0;
end

assign write_valid  = write;
assign write_layer  = {5'd0, layer};
assign write_target = layer ? 2'd2 : {1'b0, scratch};
assign write_addr   = layer ? {8'd0, index} : commands[3][23:0] + {8'd0, index};
assign write_word   = word;
assign load_ready   = load_target[2:1] == 2'd0 ? ~(write & ~layer & load_target[0] == scratch) :
    load_target == 3'd6 ? held != 2'd2 : ~busy;
assign result_count = counted[result_bank];

wire load = load_valid & load_ready;

always @(posedge clk) begin
    if (write & ~layer)
        activations[scratch_at] <= word;
    if (load & load_target[2:1] == 2'd0)
        activations[(load_target[0] ? ACTIVATION_DEPTH : 0) + {8'd0, load_addr}] <= load_word[W_X-1:0];
    if (write & layer)
        results[result_at] <= word;
    if (load)
        case (load_target)
            3'd2, 3'd6: weights[{8'd0, load_addr}] <= load_word;
            3'd3: folds[{8'd0, load_addr}] <= load_word;
            3'd4: pads[{8'd0, load_addr}] <= load_word;
            3'd5: commands[{8'd0, load_addr}] <= load_word[31:0];
            default: ;
        endcase
    if (result_read)
        result_word <= results[(result_bank ? RESULT_DEPTH : 0) + {8'd0, result_addr}];

    gap <= step | ~busy ? 16'd0 : hold | waits ? gap : gap + 1'b1;
    if (step)
        index <= index + 1'b1;
    region <= region ^ used_up;
    held <= held + {1'b0, load & load_target == 3'd6 & load_last} - {1'b0, used_up};

    if (start & ~busy) begin
        busy   <= 1'b1;
        errors <= 2'd0;
        bank   <= start_bank;
        base   <= image_addr;
        used   <= images;
        index  <= 16'd0;
        layer  <= 1'b0;
    end else if (busy & bad) begin
        busy   <= 1'b0;
        errors <= 2'd1;
    end else if (step & index == words) begin
        index <= 16'd0;
        layer <= 1'b1;
        if (layer & ~commands[2][0]) begin
            busy         <= 1'b0;
            errors       <= {over, 1'b0};
            runs         <= runs + 1'b1;
            counted[bank] <= {8'd0, words};
        end
    end

    if (rst) begin
        busy <= 1'b0;
        runs <= 32'd0;
        held <= 2'd0;
        region <= 1'b0;
    end
end

// ---------------------------------------------------------------------------
// What is around must not do

wire [23:0] depth = load_target[2:1] == 2'd0 ? ACTIVATION_DEPTH[23:0] : load_target == 3'd2 | load_target == 3'd6 ? WEIGHT_DEPTH[23:0] :
    load_target == 3'd3 ? FOLD_DEPTH[23:0] : load_target == 3'd4 ? PAD_DEPTH[23:0] : PROGRAM_DEPTH[23:0];

`ifdef VERILATOR
always @(posedge clk) begin
    if (~rst & load_valid & (load_target > 3'd6 | load_addr >= depth)) begin
        $display("load of target %0d at %0d, ready %b", load_target, load_addr, load_ready);
        $stop;
    end
    if (~rst & start & (busy | images == 7'd0 | {25'd0, images} > ROWS)) begin
        $display("start with %0d images, busy %b", images, busy);
        $stop;
    end
    if (~rst & busy & result_read & result_bank == bank) begin
        $display("read of the bank that is being written");
        $stop;
    end
end
`endif

wire unused = &{1'b0, commands[0][23:16], commands[2][31:3], commands[1][31:16], commands[3][31:24], commands[4][31:2], used,
    W_ACC[0], W_SUM[0], PARTIAL_DEPTH[0], CELL[0], SERIAL[0], PIPELINED[0], REACH[0], TAPS[0], W_SIDE[0], WEIGHT_PORTS[0], WEIGHT_SEGMENTS[0], FOLD_CLOCKS[0], PLANES[0], SHORTCUT[0], AVERAGES[0], runs[31:16], picture_at, scratch_at, result_at};

endmodule

`default_nettype wire
